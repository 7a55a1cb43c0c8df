"""What was deployed on a host, as it is written down there: one JSON line for each event, never changed."""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

COLORS = ("blue", "green")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


class Event(StrEnum):
    """What became of a release."""

    STARTED = "started"
    LIVE = "live"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a release in one color, and what became of it.

    Parameters
    ----------
    time
        When, in UTC.
    event
        What became of it.
    release
        Its name, which is the tag of its images: ``v1.2.0``, or a commit.
    revision
        The commit whose files are beside it.
    color
        Which of the two sets of containers it runs in.
    images
        Identity of each image (``sha256:...``) by program; those that are not ours by their tag, with the
        digest that the registry gives them where it does.
    by
        Who deployed, for people.
    reason
        Why it failed, or why it went live other than by a deployment; empty for the usual course.
    """

    time: datetime
    event: Event
    release: str
    revision: str
    color: str
    images: dict[str, str]
    by: str
    reason: str = ""

    def __post_init__(self) -> None:
        """Check what paths and commands are made of."""
        if not _NAME.fullmatch(self.release):
            raise ValueError(f"{self.release!r} is no tag of an image")
        if self.color not in COLORS:
            raise ValueError(f"{self.color!r} is no color; there are {', '.join(COLORS)}")
        if self.time.utcoffset() is None:
            raise ValueError("a time without its zone")

    def line(self) -> str:
        """Return the entry as one line of JSON."""
        return json.dumps(asdict(self) | {"time": self.time.isoformat(timespec="seconds")})


def read_entry(line: str) -> Entry:
    """Return the entry of one line.

    Raises
    ------
    ValueError
        If the line is none.
    """
    try:
        values = json.loads(line)
        values["time"] = datetime.fromisoformat(values["time"])
        values["event"] = Event(values["event"])
        return Entry(**values)
    except (KeyError, TypeError) as error:
        raise ValueError(f"no entry of a release: {error}") from None


class ReleaseLog:
    """The entries of a host, oldest first.

    A line that was cut off by a crash is passed over: the step it stands for did not end.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)

    @classmethod
    def read(cls, text: str) -> "ReleaseLog":
        """Return the log of a file."""
        entries = []
        for line in text.splitlines():
            try:
                entries.append(read_entry(line))
            except ValueError:
                continue
        return cls(entries)

    @property
    def live(self) -> Entry | None:
        """The release that serves, as far as the last finished step tells; None before the first one."""
        return next((entry for entry in reversed(self.entries) if entry.event is Event.LIVE), None)

    def back(self, to: str | None = None) -> Entry:
        """Return the release to which a rollback goes.

        Parameters
        ----------
        to
            Its name; None for the last one that was live before the one that is.

        Raises
        ------
        LookupError
            If there is none, or the named one never was live here; names those that were.
        """
        good = [entry for entry in self.entries if entry.event is Event.LIVE]
        if not good:
            raise LookupError("nothing was deployed here")
        now = good[-1].release
        wanted = [entry for entry in good if (entry.release == to if to else entry.release != now)]
        # One that was left by a rollback is not gone back to unasked.
        usable = wanted if to else [entry for entry in wanted if self._verdict(entry.release) is Event.LIVE]
        if not usable:
            names = ", ".join(dict.fromkeys(entry.release for entry in good))
            what = f"{to!r} never was live here" if to else f"no good release before {now!r}"
            raise LookupError(f"{what}; live were: {names}")
        return usable[-1]

    def kept(self, number: int) -> set[str]:
        """Return the releases to which somebody may go back: the last that were live, and the one before.

        Parameters
        ----------
        number
            How many that were live; those that never were count for nothing.
        """
        live = [entry.release for entry in reversed(self.entries) if entry.event is Event.LIVE]
        names = set(list(dict.fromkeys(live))[:number])
        with suppress(LookupError):
            names.add(self.back().release)
        return names

    def _verdict(self, release: str) -> Event:
        """Return how the last attempt with a release ended."""
        ends = [entry.event for entry in self.entries if entry.release == release]
        return next(event for event in reversed(ends) if event is not Event.STARTED)


def other(color: str) -> str:
    """Return the color that does not serve when this one does."""
    return COLORS[1 - COLORS.index(color)]
