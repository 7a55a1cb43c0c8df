"""The description of a backend, available without importing the backend."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import cast

from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.plugins.protocol import Backend

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
AUTO = "auto"
"""Selects the best backend for the problem; no backend may have this name."""


class Capability(StrEnum):
    """What a backend can do: first what a problem may require, then what a caller may require."""

    LOCKS = "locks"
    """Keeps locked stays, and stays outside the movable nights, in their rooms."""
    FURTHER_TYPES = "further_types"
    """Gives a further type to a stay that cannot have its own."""
    RUN_OF_HOUSE = "run_of_house"
    """Assigns rooms to stays that accept any type."""
    ADJACENCY_GROUPS = "adjacency_groups"
    """Includes group members without a neighbor in its objective."""
    MOVE_BUDGET = "move_budget"
    """Never moves more stays than `Policy.max_moves`."""
    PRICES = "prices"
    """Trades moves or upgrades against gaps at the prices of the `Policy`."""

    PROVES_OPTIMALITY = "proves_optimality"
    """Its bound meets the value, given enough time."""
    PROVES_INFEASIBILITY = "proves_infeasibility"
    """Distinguishes "no plan exists" from "no plan found"."""
    TIME_LIMIT = "time_limit"
    """Ends soon after the time limit, with the best plan so far."""
    CANCEL = "cancel"
    """Ends soon after a cancel, without being killed."""
    PROGRESS = "progress"
    """Reports value and bound while it works."""
    WARM_START = "warm_start"
    """Uses the start plan."""
    DETERMINISTIC = "deterministic"
    """Gives the same plan for the same problem and seed, as long as no time limit ends it."""
    SOLVES_MILP = "solves_milp"
    """Has `MilpBackend.solve_milp`, which requests, restrictions, curves and prices of locks need."""


class AvailabilityState(StrEnum):
    """Whether a backend can be used here, and if not, why."""

    AVAILABLE = "available"
    MISSING_DEPENDENCY = "missing_dependency"
    BAD_VERSION = "bad_version"
    NO_LICENSE = "no_license"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a backend can be used here; true only if it can.

    Parameters
    ----------
    state
        The answer.
    advice
        What to do about it, in one sentence; empty if there is nothing to do.
    """

    state: AvailabilityState = AvailabilityState.AVAILABLE
    advice: str = ""

    def __bool__(self) -> bool:
        """Return whether the backend can be used."""
        return self.state is AvailabilityState.AVAILABLE


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of one backend that its users may change.

    Parameters
    ----------
    name
        Its name.
    default
        Its value unless set; values must be of the same kind as the default (bool, int, float or str).
    meaning
        What it does, in one sentence.
    """

    name: str
    default: bool | float | str
    meaning: str

    def accepts(self, value: object) -> bool:
        """Return whether a value is of the option's kind; a whole number is accepted for a float."""
        kind = type(self.default)
        return type(value) is kind or (kind is float and type(value) is int)


def always_available() -> Availability:
    """Return that a backend is available, for backends without dependencies."""
    return Availability()


def available_if_installed(module: str, advice: str) -> Callable[[], Availability]:
    """Return a check that looks for a top-level module without importing it.

    Parameters
    ----------
    module
        Name of the module.
    advice
        How to install it, in one sentence.
    """

    def check() -> Availability:
        if find_spec(module) is None:
            return Availability(AvailabilityState.MISSING_DEPENDENCY, advice)
        return Availability()

    return check


def installed_version(distribution: str) -> str:
    """Return the version of an installed distribution; empty if it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


@dataclass(frozen=True, slots=True)
class BackendSpec:
    """The description by which a backend is listed and chosen; creating it must not import the solver.

    Parameters
    ----------
    name
        Lower-case letters, digits and single hyphens, such as ``"highs"``.
    summary
        What it is, in one line.
    capabilities
        What it can do. Nothing else is required of it, and the conformance kit tests every capability.
    create
        Returns the backend, given a value for each of `options`. It imports the solver.
    availability
        Returns whether the backend can be used here. Imports nothing and takes no license.
    priority
        Among backends that suit a problem the highest is chosen by ``"auto"``. The built-in exact
        backends have 80 to 100, the one without a solver 10.
    options
        Settings of this backend.
    version
        Version of the solver; empty if unknown.

    Raises
    ------
    ValueError
        If the name or the summary is not as described.
    TypeError
        If something has the wrong kind.
    """

    name: str
    summary: str
    capabilities: frozenset[Capability]
    create: Callable[[Mapping[str, bool | float | str]], Backend] = field(repr=False)
    availability: Callable[[], Availability] = field(default=always_available, repr=False)
    priority: int = 0
    options: tuple[Option, ...] = ()
    version: str = ""

    def __post_init__(self) -> None:
        """Check the fields for mistakes of plugin authors."""
        if not _NAME.fullmatch(self.name) or self.name == AUTO:
            raise ValueError(
                f"backend name {self.name!r}: use lower-case letters, digits and single hyphens, not {AUTO!r}"
            )
        if not self.summary.strip() or "\n" in self.summary:
            raise ValueError(f"backend {self.name!r}: the summary must be one line of text")
        capabilities: object = self.capabilities
        if not isinstance(capabilities, frozenset) or not all(
            isinstance(item, Capability) for item in capabilities
        ):
            raise TypeError(f"backend {self.name!r}: capabilities must be a frozenset of Capability members")
        functions: tuple[object, ...] = (self.create, self.availability)
        if not all(callable(function) for function in functions):
            raise TypeError(f"backend {self.name!r}: create and availability must be callable")

    def missing(self, required: frozenset[Capability]) -> tuple[Capability, ...]:
        """Return the required capabilities that the backend does not have, in their order of definition."""
        return tuple(item for item in Capability if item in required - self.capabilities)

    def complete_options(self, given: Mapping[str, object]) -> dict[str, bool | float | str]:
        """Return a value for each option: the given one or the default.

        Raises
        ------
        InvalidInput
            If an option is unknown or has a value of the wrong kind; lists all of them.
        """
        known = {option.name: option for option in self.options}
        completed = {name: option.default for name, option in known.items()}
        names = ", ".join(known) or "none"
        faults = []
        for name, value in given.items():
            if name not in known:
                message = f"backend {self.name!r} has no such option; its options: {names}"
                faults.append(Fault(("options", name), message))
            elif not known[name].accepts(value):
                kind = type(known[name].default).__name__
                faults.append(Fault(("options", name), f"{value!r} is not of kind {kind}"))
            else:
                completed[name] = cast(bool | float | str, value)
        if faults:
            raise InvalidInput(faults)
        return completed
