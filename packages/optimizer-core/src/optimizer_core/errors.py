"""What can go wrong, as one tree of exceptions.

::

    BookingOptError
    ├── InvalidInput             a problem, a document or an option is wrong; carries faults
    │   ├── InvalidProblem       the hotel contradicts itself (domain)
    │   └── InvalidDocument      a JSON document cannot be read (wire)
    ├── BackendError             a solver backend misbehaved
    │   ├── BackendUnavailable   the named backend cannot be used here, and why
    │   └── NoCapableBackend     no backend offers what the problem needs
    └── InvalidAnswer            a backend claimed a plan that the verifier refuses

That a hotel cannot be housed is a result, not an error: see `optimizer_core.domain.Outcome`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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


class BookingOptError(Exception):
    """Base class of every error that this library raises on purpose."""


class InvalidInput(BookingOptError, ValueError):
    """An input is wrong; `faults` lists everything that was found, not only the first.

    Parameters
    ----------
    faults
        At least one fault, in the order of the input.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[tuple[Fault, ...]]]:
        """Rebuild from the faults, so that the error crosses process borders whole."""
        return type(self), (self.faults,)


class InvalidProblem(InvalidInput):
    """The rooms, stays or rules of a problem contradict each other."""


class InvalidDocument(InvalidInput):
    """A JSON document is not a problem or a result document."""


class BackendError(BookingOptError):
    """A solver backend failed in a way that is not an answer."""


class BackendUnavailable(BackendError):
    """The backend that was asked for by name cannot be used here."""


class NoCapableBackend(BackendError):
    """No available backend has the capabilities that the problem requires."""


class InvalidAnswer(BackendError):
    """A backend claimed a plan that the independent verifier refuses."""
