"""The record of trials on a host, in a file there: one JSON line for each trial."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

FILE = "trials.jsonl"
"""Its name in the folder of the service; the checklist reads it."""


class Trial(StrEnum):
    """The kind of a trial."""

    LOAD = "load"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Record:
    """One trial.

    Parameters
    ----------
    trial
        Kind of the trial.
    release
        The release that was live.
    failures
        Number of failures; only a trial with 0 counts.
    figures
        Measurements.
    time
        When, in UTC.
    """

    trial: Trial
    release: str
    failures: int
    figures: Mapping[str, float | str] = field(default_factory=dict)
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def line(self) -> str:
        """Return the record as one line of JSON, with its fields in the order that the checklist expects."""
        named = {"time": self.time.isoformat(timespec="seconds"), "trial": self.trial}
        return json.dumps(named | {"release": self.release, "failures": self.failures} | dict(self.figures))
