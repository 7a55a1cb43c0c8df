"""The exceptions of the library, as one tree.

::

    BookingOptError
    ├── InvalidInput             a problem, a document or an option is wrong; carries faults
    │   ├── InvalidProblem       the hotel contradicts itself (domain)
    │   └── InvalidDocument      a JSON document cannot be read (wire)
    ├── BackendError             a solver backend misbehaved
    │   ├── BackendUnavailable   the named backend cannot be used here, and why
    │   └── NoCapableBackend     no backend offers what the problem needs
    └── InvalidAnswer            a backend claimed a plan that the verifier refuses

An infeasible hotel is a result, not an error: see `optimizer_core.domain.Outcome`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

MOST_FAULTS = 100
"""Most faults reported of one input; more are of no use, and a hostile input has millions."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input.

    Parameters
    ----------
    place
        Path to the value, from the outside in: names and list positions, such as
        ``("stays", 3, "current_room")``.
    message
        What is wrong and what would be right, in one sentence without the place.
    """

    place: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        """Return ``stays[3].current_room: message``."""
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.place)
        return f"{path.removeprefix('.')}: {self.message}" if path else self.message


MORE_FAULTS = Fault((), "and more faults, which are not listed")
"""Follows the last reported fault if there are more."""


class BookingOptError(Exception):
    """Base class of every error that this library raises on purpose."""


class InvalidInput(BookingOptError, ValueError):
    """An input is wrong; `faults` lists every fault found, not only the first.

    At most `MOST_FAULTS` are kept; `MORE_FAULTS` follows them if there are more.

    Parameters
    ----------
    faults
        At least one fault, in the order of the input; at most ``MOST_FAULTS + 1`` are read.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        kept = list(islice(faults, MOST_FAULTS + 1))
        if len(kept) > MOST_FAULTS:
            kept[MOST_FAULTS:] = [MORE_FAULTS]
        self.faults = tuple(kept)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @property
    def tally(self) -> str:
        """The number of faults, in words: ``1 fault``, ``3 faults``, ``more than 100 faults``."""
        if self.faults[-1] == MORE_FAULTS:
            return f"more than {MOST_FAULTS} faults"
        return "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[tuple[Fault, ...]]]:
        """Rebuild from the faults, so that the error can be pickled."""
        return type(self), (self.faults,)


class InvalidProblem(InvalidInput):
    """The rooms, stays or rules of a problem contradict each other."""


class InvalidDocument(InvalidInput):
    """A JSON document is not a problem or a result document."""


class BackendError(BookingOptError):
    """A solver backend failed."""


class BackendUnavailable(BackendError):
    """The backend with the requested name cannot be used here."""


class NoCapableBackend(BackendError):
    """No available backend has the capabilities that the problem requires."""


class InvalidAnswer(BackendError):
    """A backend claimed a plan that the independent verifier rejects."""
