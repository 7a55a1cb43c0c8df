"""Roll a release out: start the other color, try it, switch to it, try again, and only then stop the old one.

At every moment one color serves. Whatever fails, and whoever kills the deployment, the one that served
goes on or is switched back to; the next run begins by putting in order what this one left.
"""

import getpass
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from tooling.deploy.releases import COLORS, Entry, Event, other
from tooling.deploy.site import PROGRAMS, Site
from tooling.deploy.trial import GateClosed, smoke_edge, smoke_inside, try_image
from tooling.shell import CommandFailed

KEPT_RELEASES = 5
"""Releases whose files and images stay on the host, to go back to."""
LONGEST_REASON = 300
LOG_LINES = 10

_FORESEEN = (CommandFailed, GateClosed, KeyboardInterrupt)


@dataclass(frozen=True, slots=True)
class Release:
    """What is rolled out.

    Parameters
    ----------
    name
        Tag of its images.
    revision
        Commit of its files.
    reason
        Why, other than by a deployment; empty for one.
    """

    name: str
    revision: str
    reason: str = ""


class Rollout:
    """One release on its way to one host. The caller holds the lock.

    Parameters
    ----------
    site
        The host and its stage.
    release
        The release.
    """

    def __init__(self, site: Site, release: Release) -> None:
        self.site = site
        self.release = release
        self.live = self._settled()
        self.color = other(self.live.color) if self.live else COLORS[0]
        self.images: dict[str, str] = {}
        self._now = ""
        self._is_switched = False
        self._workers = site.stage.least_workers
        if self.live:
            self._workers = max(self._workers, site.count_workers(self.live.color))

    def run(self, bring: Callable[[], None], *, leaves_bad: bool = False) -> None:
        """Bring the release, start it, try it, switch to it; or leave everything as it was.

        Parameters
        ----------
        bring
            Puts its files and images on the host.
        leaves_bad
            Whether what serves now is not to be gone back to.

        Raises
        ------
        SystemExit
            If it is not fit; what served before serves on.
        BaseException
            Whatever else went wrong, such as an error of this program, after the same was done about it.
        """
        started = time.monotonic()
        try:
            with self._step("bring it"):
                bring()
                self.images = self._identify()
                self.site.record(self._entry(Event.STARTED))
            if not leaves_bad:  # what is gone back to was tried when it came
                with self._step("try it alone"):
                    try_image(self.site, self.release.name, self.images["worker"])
            with self._step("nginx and Redis"):
                self.site.apply_base(self.release.name)
                self.images |= self.site.images(self.release.name)
                self.site.certify()
            with self._step(f"start {self.color}"):
                self.site.start(self.release.name, self.color, self._workers)
            if not leaves_bad:
                with self._step(f"smoke test of {self.color}"):
                    smoke_inside(self.site, self.color)
            with self._step(f"switch to {self.color}"):
                self._is_switched = True
                self.site.switch(self.color)
            with self._step("smoke test from outside"):
                smoke_edge(self.site, self.color)
            with self._step("write it down"):
                left = [self.live] if self.live and leaves_bad else []
                failed = [self._entry(Event.FAILED, "left by a rollback", one) for one in left]
                self.site.record(*failed, self._entry(Event.LIVE))
        except BaseException as failure:
            outcome = self._give_up(failure)
            if isinstance(failure, _FORESEEN):
                raise SystemExit(outcome) from failure
            print(outcome, flush=True)
            raise
        took = time.monotonic() - started
        print(f"{self.release.name} is live on {self.site.stage.name} ({self.color}) after {took:.0f} s")
        with self._step(f"stop {other(self.color)}"):
            self.site.drain()
            self.site.remove(other(self.color))
            self._prune()

    def go_back(self) -> None:
        """Start a release that is still on the host, and switch to it; the one that serves was not good.

        Raises
        ------
        SystemExit
            If that release does not come up either; what served before serves on.
        """
        self.run(lambda: None, leaves_bad=True)

    def _settled(self) -> Entry | None:
        """Return what is live, after putting in order what a killed deployment may have left."""
        live = self.site.log().live
        serving = self.site.serving()
        if live and serving and serving != live.color:
            print(f"a deployment was interrupted after its switch: back to {live.release} ({live.color})")
            # The color that was switched to began with as many as the other had.
            workers = max(self.site.count_workers(color) for color in COLORS)
            self.site.start(live.release, live.color, max(workers, self.site.stage.least_workers))
            self.site.switch(live.color)
        return live

    def _identify(self) -> dict[str, str]:
        """Return the identity of each image on the host."""
        names = {program: self.site.stage.image(program, self.release.name) for program in PROGRAMS}
        return {
            program: self.site.host.ask(f"docker image inspect --format '{{{{.Id}}}}' {name}", assumed=name)
            for program, name in names.items()
        }

    def _give_up(self, failure: BaseException) -> str:
        """Leave everything as it was, as far as the host lets it be done; return what came of it."""
        reason = f"{self._now}: {_cause(failure)}"
        print(f"\n{self.release.name} is not fit: {reason}", flush=True)
        undoing = [self._remove, lambda: self.site.record(self._entry(Event.FAILED, reason))]
        if live := self.live:
            back = self.site.switch if self._is_switched else self.site.point
            undoing = [lambda: back(live.color), lambda: self.site.apply_base(live.release), *undoing]
        troubles = [trouble for undo in undoing if (trouble := _try(undo))]
        serves = f"{live.release} serves on" if live else "nothing serves yet"
        outcome = f"{self.release.name} was not deployed to {self.site.stage.name}: {serves}"
        return "\n".join([outcome, *(f"not put in order: {trouble}" for trouble in troubles)])

    def _remove(self) -> None:
        """Remove what was started, unless nginx asks it: a wrong answer is better than none."""
        if self.live and self.site.serving() == self.color:
            raise GateClosed(f"nginx asks {self.color} still, so it was not removed")
        self.site.remove(self.color, log_lines=LOG_LINES)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self._now = name
        started = time.monotonic()
        print(f"\n== {name}", flush=True)
        yield
        print(f"== {name}: {time.monotonic() - started:.1f} s", flush=True)

    def _entry(self, event: Event, reason: str = "", about: Entry | None = None) -> Entry:
        return Entry(
            time=datetime.now(UTC),
            event=event,
            release=about.release if about else self.release.name,
            revision=about.revision if about else self.release.revision,
            color=about.color if about else self.color,
            images=about.images if about else self.images,
            by=f"{getpass.getuser()}@{socket.gethostname()}",
            reason=(reason or self.release.reason)[:LONGEST_REASON],
        )

    def _prune(self) -> None:
        """Remove files and images of releases that nobody goes back to."""
        log = self.site.log()
        kept = log.kept(KEPT_RELEASES)
        for name in dict.fromkeys(entry.release for entry in log.entries if entry.release not in kept):
            images = " ".join(self.site.stage.image(program, name) for program in PROGRAMS)
            self.site.host.run(
                f"rm -rf {self.site.path('releases', name)}; docker image rm {images} >/dev/null 2>&1 || true"
            )


def told(entry: Entry) -> str:
    """Return one line about an entry, for people."""
    images = json.dumps({program: entry.images.get(program, "")[:19] for program in PROGRAMS})
    words = (f"{entry.time:%Y-%m-%d %H:%M:%S}", f"{entry.event:<7}", f"{entry.release:<16}", entry.color)
    return " ".join([*words, entry.by, images, entry.reason]).rstrip()


def _try(act: Callable[[], None]) -> str:
    """Do something that must not keep from what comes after it; return why it failed, or nothing."""
    try:
        act()
    except BaseException as failure:  # noqa: BLE001 - a second Ctrl-C too: it ends this step and no more
        return _cause(failure)
    return ""


def _cause(failure: BaseException) -> str:
    if isinstance(failure, CommandFailed):
        said = failure.output.strip().splitlines()[-1:]
        return said[0] if said else f"a command ended with {failure.exit_code}; what it said is above"
    return str(failure) or type(failure).__name__
