"""Deploys a release: start the other color, test it, switch, test again, and only then stop the old one.

One color serves at every moment. If any step fails, or the deployment is killed, the previous color goes on
serving or is switched back to. Only API and workers change: see `tooling.deploy.shared` for the rest.
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
from tooling.deploy.shared import Base
from tooling.deploy.site import PROGRAMS, Site
from tooling.deploy.trial import GateClosed, smoke_edge, smoke_inside, try_image
from tooling.deploy.worker_site import update_workers
from tooling.shell import CommandFailed

KEPT_RELEASES = 5
"""Releases whose files and images stay on the host, for rollbacks."""
LONGEST_REASON = 300
LOG_LINES = 20

_FORESEEN = (CommandFailed, GateClosed, KeyboardInterrupt)


@dataclass(frozen=True, slots=True)
class Release:
    """A release to deploy.

    Parameters
    ----------
    name
        Tag of its images.
    revision
        Commit of its files.
    reason
        Why, if not a normal deployment; empty otherwise.
    """

    name: str
    revision: str
    reason: str = ""


class Rollout:
    """The deployment of one release to one host. The caller holds the lock.

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

    def run(self, bring: Callable[[], None], *, leaves_bad: bool = False, is_smoked: bool = True) -> None:
        """Send the release, start it, test it, switch to it; on a failure, restore the previous state.

        Parameters
        ----------
        bring
            Puts its files and images on the host.
        leaves_bad
            Whether the current release is bad and must not be returned to.
        is_smoked
            Whether the site is tested from outside after the switch.

        Raises
        ------
        SystemExit
            If the release fails; the previous one goes on serving. Or if a worker host did not get it.
        BaseException
            Any other error, such as a bug of this program, after the same cleanup.
        """
        started = time.monotonic()
        try:
            with self._step("bring it"):
                bring()
                self.images = self._identify()
                self.site.record(self._entry(Event.STARTED))
            if not leaves_bad:  # a rollback returns to a release that was tested when it was deployed
                with self._step("try it alone"):
                    try_image(self.site, self.release.name, self.images["worker"])
            self._need_base()
            with self._step(f"start {self.color}"):
                self.site.mark_unproven(self.color, self.live.color if self.live else None)
                self.site.start(self.release.name, self.color, self._workers)
            if not leaves_bad:
                with self._step(f"smoke test of {self.color}"):
                    smoke_inside(self.site, self.color)
            with self._step(f"switch to {self.color}"):
                self._is_switched = True
                self.site.switch(self.color)
            if is_smoked:
                with self._step("smoke test from outside"):
                    smoke_edge(self.site, self.color)
            with self._step("record it"):
                left = [self.live] if self.live and leaves_bad else []
                failed = [self._entry(Event.FAILED, "left by a rollback", one) for one in left]
                self.site.record(*failed, self._entry(Event.LIVE))
                self.site.clear_unproven()
        except BaseException as failure:
            outcome = self._give_up(failure)
            if isinstance(failure, _FORESEEN):
                raise SystemExit(outcome) from failure
            print(outcome, flush=True)
            raise
        took = time.monotonic() - started
        place = f"{self.site.stage.name} ({self.color})"
        if self.site.dry_run:
            print(f"\n{self.release.name} would be live on {place}")
        else:
            print(f"{self.release.name} is live on {place} after {took:.0f} s")
        troubles: list[str] = []
        if self.site.stage.workers:
            with self._step("worker hosts"):
                troubles = update_workers(self.site, self.release.name, self.color)
        with self._step(f"stop {other(self.color)}"):
            self.site.drain()
            self.site.remove(other(self.color))
            self._prune()
        if troubles:
            raise SystemExit("\n".join([f"{self.release.name} is live, but not everywhere:", *troubles]))

    def go_back(self, *, is_smoked: bool = True) -> None:
        """Start a release that is still on the host, and switch to it, because the current one is bad.

        Parameters
        ----------
        is_smoked
            Whether the site is tested from outside after the switch.

        Raises
        ------
        SystemExit
            If that release fails too; the previous one goes on serving.
        """
        self.run(lambda: None, leaves_bad=True, is_smoked=is_smoked)

    def _need_base(self) -> None:
        """Install nginx and Redis if they are missing; otherwise keep them, and report outdated ones."""
        base = Base(self.site)
        if not base.revision():
            with self._step("nginx, Redis and monitoring"):
                base.install(self.release.name)
        elif not base.is_current():
            print(
                "note: nginx, Redis and monitoring are unchanged; this checkout has other versions of them: "
                f"./run invoke base.apply {self.site.stage.name}"
            )
        with self._step("certificate"):
            self.site.certify()

    def _settled(self) -> Entry | None:
        """Return the live release, after cleaning up what a killed deployment may have left."""
        live = self.site.log().live
        serving = self.site.serving()
        if live and serving and serving != live.color:
            print(f"a deployment was interrupted after its switch: back to {live.release} ({live.color})")
            # The color that was switched to started with as many workers as the other had.
            workers = max(self.site.count_workers(color) for color in COLORS)
            self.site.start(live.release, live.color, max(workers, self.site.stage.least_workers))
            self.site.switch(live.color)
        return live

    def _identify(self) -> dict[str, str]:
        """Return the id of each image on the host."""
        names = {program: self.site.stage.image(program, self.release.name) for program in PROGRAMS}
        return {
            program: self.site.host.ask(f"docker image inspect --format '{{{{.Id}}}}' {name}", assumed=name)
            for program, name in names.items()
        }

    def _give_up(self, failure: BaseException) -> str:
        """Restore the previous state as far as the host allows; return the outcome as text."""
        reason = f"{self._now}: {_cause(failure)}"
        print(f"\n{self.release.name} did not pass: {reason}", flush=True)
        undoing = [self._remove, lambda: self.site.record(self._entry(Event.FAILED, reason))]
        if live := self.live:
            back = self.site.switch if self._is_switched else self.site.point
            undoing = [lambda: back(live.color), *undoing]
        troubles = [trouble for undo in undoing if (trouble := _try(undo))]
        serves = f"{live.release} continues to serve" if live else "no release serves yet"
        outcome = (
            f"{self.release.name} was not deployed to {self.site.stage.name}: {serves}\n"
            f"all that it logged: {self.site.log_command(self.release.name)}"
        )
        return "\n".join([outcome, *(f"not cleaned up: {trouble}" for trouble in troubles)])

    def _remove(self) -> None:
        """Remove what was started, unless nginx uses it: a wrong answer is better than no answer."""
        if self.live and self.site.serving() == self.color:
            raise GateClosed(f"nginx still uses {self.color}, so it was not removed")
        self.site.remove(self.color, log_lines=LOG_LINES)
        self.site.clear_unproven()

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self._now = name
        started = time.monotonic()
        print(f"\n== {name}", flush=True)
        yield
        if not self.site.dry_run:
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
        """Remove files and images of releases that are too old for a rollback."""
        log = self.site.log()
        kept = log.kept(KEPT_RELEASES)
        for name in dict.fromkeys(entry.release for entry in log.entries if entry.release not in kept):
            images = " ".join(self.site.stage.image(program, name) for program in PROGRAMS)
            self.site.host.run(
                f"rm -rf {self.site.path('releases', name)}; docker image rm {images} >/dev/null 2>&1 || true"
            )


def shown(entry: Entry) -> str:
    """Return one line about an entry, for people."""
    images = json.dumps({program: entry.images.get(program, "")[:19] for program in PROGRAMS})
    words = (f"{entry.time:%Y-%m-%d %H:%M:%S}", f"{entry.event:<7}", f"{entry.release:<16}", entry.color)
    return " ".join([*words, entry.by, images, entry.reason]).rstrip()


def _try(act: Callable[[], None]) -> str:
    """Run a step that must not prevent the following ones; return why it failed, or an empty text."""
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
