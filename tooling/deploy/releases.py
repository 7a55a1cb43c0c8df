"""The log of deployments on a host, in a file there: one JSON line for each event, never changed."""

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
    """An event of a release."""

    STARTED = "started"
    LIVE = "live"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: an event of a release in one color.

    Parameters
    ----------
    time
        When, in UTC.
    event
        The event.
    release
        Its name, which is the tag of its images: ``v1.2.0``, or a commit.
    revision
        The commit of its files.
    color
        Which of the two sets of containers it runs in.
    images
        Id of each image (``sha256:...``) by program; third-party images by tag, with the registry's
        digest if known.
    by
        Who deployed it.
    reason
        Why it failed, or why it went live other than by a deployment; empty for a normal deployment.
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
        """Check the values that become parts of paths and commands."""
        if not _NAME.fullmatch(self.release):
            raise ValueError(f"{self.release!r} is not a tag of an image")
        if self.color not in COLORS:
            raise ValueError(f"{self.color!r} is not a color; there are {', '.join(COLORS)}")
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
        If the line is not an entry.
    """
    try:
        values = json.loads(line)
        values["time"] = datetime.fromisoformat(values["time"])
        values["event"] = Event(values["event"])
        return Entry(**values)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the record of a release: {error}") from None


class ReleaseLog:
    """The entries of a host, oldest first.

    A line that was cut off by a crash is skipped: its step did not finish.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)

    @classmethod
    def read(cls, text: str) -> "ReleaseLog":
        """Return the log in the text of a file."""
        entries = []
        for line in text.splitlines():
            try:
                entries.append(read_entry(line))
            except ValueError:
                continue
        return cls(entries)

    @property
    def live(self) -> Entry | None:
        """The live release, according to the last finished step; None before the first deployment."""
        return next((entry for entry in reversed(self.entries) if entry.event is Event.LIVE), None)

    def back(self, to: str | None = None) -> Entry:
        """Return the release that a rollback returns to.

        Parameters
        ----------
        to
            Its name; None for the one that was live before the current one.

        Raises
        ------
        LookupError
            If there is no such release, or the named one was never live here; names those that were.
        """
        good = [entry for entry in self.entries if entry.event is Event.LIVE]
        if not good:
            raise LookupError("nothing was deployed here")
        now = good[-1].release
        wanted = [entry for entry in good if (entry.release == to if to else entry.release != now)]
        # A release that was rolled back is chosen only by name.
        usable = wanted if to else [entry for entry in wanted if self._verdict(entry.release) is Event.LIVE]
        if not usable:
            names = ", ".join(dict.fromkeys(entry.release for entry in good))
            what = f"{to!r} never was live here" if to else f"no good release before {now!r}"
            raise LookupError(f"{what}; live were: {names}")
        return usable[-1]

    def kept(self, number: int) -> set[str]:
        """Return the releases to keep for a rollback: the last live ones, and the one before the current one.

        Parameters
        ----------
        number
            How many live releases; those that never went live do not count.
        """
        live = [entry.release for entry in reversed(self.entries) if entry.event is Event.LIVE]
        names = set(list(dict.fromkeys(live))[:number])
        with suppress(LookupError):
            names.add(self.back().release)
        return names

    def _verdict(self, release: str) -> Event:
        """Return the final event of the last attempt with a release."""
        ends = [entry.event for entry in self.entries if entry.release == release]
        return next(event for event in reversed(ends) if event is not Event.STARTED)


def other(color: str) -> str:
    """Return the color that is not this one."""
    return COLORS[1 - COLORS.index(color)]
