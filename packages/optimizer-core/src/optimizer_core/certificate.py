"""Certificates: the whole numbers that prove what a result claims; `optimizer_core.proof` checks them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

LARGEST = 1 << 64
"""No number of a certificate may be larger than this, in either direction."""


class Refused(ValueError):
    """A certificate that is not well formed, or belongs to another problem."""


@dataclass(frozen=True, slots=True)
class Inequality:
    """Weights and prices; every plan satisfies what `optimizer_core.proof` derives from them.

    Parameters
    ----------
    gap, move, upgrade
        Weights of a unit of gap cost, a move and an upgrade, at least 0.
    parts
        Prices are counted in this part of what the weights count in; at least 1.
    prices
        Rows of (first night, night after the last, kind, price): the price of a class of movable stays.
        Nights count from the first arrival, kinds are positions in `Certificate.kinds`. Classes without a
        row have the price 0.
    alone
        Rows of (stay, price), for stays that form a class of their own. Stays count in canonical order.

    Raises
    ------
    Refused
        If a value is not a whole number, too large, negative where it must not be, or given twice.
    """

    gap: int
    move: int
    upgrade: int
    parts: int = 1
    prices: tuple[tuple[int, ...], ...] = ()
    alone: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        """Check the form."""
        for name, rows, length in (("Prices", self.prices, 4), ("Alone", self.alone, 2)):
            for row in _rows(name, rows):
                if len(row) != length:
                    raise Refused(f"a row of {name} has {length} numbers, not {row!r}")
                for number in row:
                    _check(name, number, -LARGEST)
            if len({row[:-1] for row in rows}) < len(rows):
                raise Refused(f"{name} gives two prices to one class or stay")
        for name, least in (("gap", 0), ("move", 0), ("upgrade", 0), ("parts", 1)):
            _check(name.title(), getattr(self, name), least)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The proofs of the claims of one result; None marks a field without a claim.

    Parameters
    ----------
    problem_digest
        `Problem.digest` of the problem.
    scale
        Units of cost in one point; every gap cost and price of the policy is a whole number of units.
    kinds
        Pairs of a booked type (None for run of house) and the types that a stay may be given, in the order of
        `Problem.room_types`.
    infeasible
        Proves that no plan exists; its gap weight is 0.
    upgrades
        Proves the least number of upgrades; its gap weight is 0.
    value
        Proves the least value.
    within, moves
        Prove the least number of moves among the plans of a value: arcs whose reduced cost under `within` is
        too high for the value are left out of `moves`.

    Raises
    ------
    Refused
        If it is not well formed.
    """

    problem_digest: str
    scale: int
    kinds: tuple[tuple[str | None, tuple[str, ...]], ...] = ()
    infeasible: Inequality | None = None
    upgrades: Inequality | None = None
    value: Inequality | None = None
    within: Inequality | None = None
    moves: Inequality | None = None

    def __post_init__(self) -> None:
        """Check the form."""
        digest: object = self.problem_digest
        if not isinstance(digest, str):
            raise Refused(f"ProblemDigest must be text, not {digest!r}")
        _check("Scale", self.scale, 1)
        for kind in _rows("Kinds", self.kinds):
            if len(kind) != 2 or not _is_kind(*kind):
                raise Refused(f"a kind is a booked type and a list of types, not {kind!r}")
        for q in self.inequalities.values():
            if any(not 0 <= row[2] < len(self.kinds) for row in q.prices):
                raise Refused(
                    f"a row of Prices names a kind that is not one of the {len(self.kinds)} in Kinds"
                )

    @property
    def inequalities(self) -> dict[str, Inequality]:
        """The inequalities that are given, by name."""
        names = ("infeasible", "upgrades", "value", "within", "moves")
        found = {name: getattr(self, name) for name in names}
        return {name: q for name, q in found.items() if q is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object in the form of result documents."""
        data = {_pascal(name): _record(q) for name, q in self.inequalities.items()}
        kinds = [[booked, list(types)] for booked, types in self.kinds]
        return {"ProblemDigest": self.problem_digest, "Scale": self.scale, "Kinds": kinds, **data}

    @classmethod
    def from_dict(cls, data: object) -> Certificate:
        """Return the certificate of a JSON object.

        Raises
        ------
        Refused
            If it is not well formed.
        """
        values = _values(cls, data)
        for name in ("infeasible", "upgrades", "value", "within", "moves"):
            if values.get(name) is not None:
                values[name] = _made(Inequality, _values(Inequality, values[name]))
        made: Certificate = _made(cls, values)
        return made


@dataclass(frozen=True, slots=True)
class Cut:
    """Nights and types for which rooms are missing.

    Parameters
    ----------
    first, last
        First and last night, by position, both inclusive.
    types
        The types concerned.
    rooms_short
        At least this many stays have no room.
    """

    first: int
    last: int
    types: tuple[str, ...]
    rooms_short: int


@dataclass(frozen=True, slots=True)
class Proved:
    """What a certificate proves; None marks a field without a proof.

    Parameters
    ----------
    bound
        Least value of a plan in points.
    upgrades
        Least number of stays outside their own type; at least those that have no choice of types.
    moves
        Least number of moves.
    is_infeasible
        Whether no plan exists.
    cut
        Where rooms are missing; None also if no plan exists because of a limit on moves.
    """

    bound: Fraction | None = None
    upgrades: int = 0
    moves: int | None = None
    is_infeasible: bool = False
    cut: Cut | None = None


def kinds_of(hotel: Any) -> tuple[tuple[str | None, tuple[str, ...]], ...]:
    """Return the kinds of the movable stays of an `optimizer_core.domain.Problem`, each once."""
    movable = [stay for stay in hotel.stays if not hotel.is_fixed(stay)]
    return tuple(dict.fromkeys((stay.room_type, hotel.allowed_types(stay)) for stay in movable))


def build_inequality(
    hotel: Any, prices: Mapping[int, int], *, gap: int = 0, move: int = 0, upgrade: int = 0, parts: int = 1
) -> Inequality:
    """Return an inequality for a certificate with the kinds of `kinds_of`.

    Stays of one class with different prices are split: the most frequent price is that of the class.

    Parameters
    ----------
    hotel
        An `optimizer_core.domain.Problem`.
    prices
        Price of movable stays by position; 0 for others.
    gap, move, upgrade, parts
        As in `Inequality`.
    """
    kinds = {kind: position for position, kind in enumerate(kinds_of(hotel))}
    classes: dict[tuple[int, int, int], list[int]] = {}
    for position, stay in enumerate(hotel.stays):
        if not hotel.is_fixed(stay):
            kind = kinds[stay.room_type, hotel.allowed_types(stay)]
            key = (hotel.night(stay.arrival), hotel.night(stay.departure), kind)
            classes.setdefault(key, []).append(position)
    rows, alone = [], []
    for key, stays in sorted(classes.items()):
        [(usual, _)] = Counter(prices.get(stay, 0) for stay in stays).most_common(1)
        if usual:
            rows.append((*key, usual))
        alone += [(stay, prices.get(stay, 0)) for stay in stays if prices.get(stay, 0) != usual]
    return Inequality(gap, move, upgrade, parts, tuple(rows), tuple(alone))


def build_certificate(hotel: Any, scale: int, **inequalities: Inequality | None) -> Certificate:
    """Return a certificate of inequalities that `build_inequality` made.

    Parameters
    ----------
    hotel
        An `optimizer_core.domain.Problem`.
    scale
        Units of cost in one point.
    inequalities
        By the names in `Certificate`.
    """
    return Certificate(hotel.digest, scale, kinds_of(hotel), **inequalities)


def _rows(name: str, rows: object) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a field; each was a list."""
    for row in rows if isinstance(rows, tuple) else (None,):
        if not isinstance(row, tuple):
            raise Refused(f"{name} must be a list of rows, each of them a list")
        yield row


def _check(name: str, number: object, least: int) -> None:
    if type(number) is not int or not least <= number <= LARGEST:
        raise Refused(f"{name} must be a whole number from {least} to {LARGEST}, not {number!r}")


def _is_kind(booked: object, types: object) -> bool:
    is_booked = booked is None or isinstance(booked, str)
    return is_booked and isinstance(types, tuple) and all(isinstance(name, str) for name in types)


def _pascal(name: str) -> str:
    return name.title().replace("_", "")


def _record(q: Inequality) -> dict[str, Any]:
    numbers = {_pascal(name): getattr(q, name) for name in ("gap", "move", "upgrade", "parts")}
    return {**numbers, "Prices": [list(row) for row in q.prices], "Alone": [list(row) for row in q.alone]}


def _values(kind: type[Certificate | Inequality], data: object) -> dict[str, Any]:
    """Return the fields of a JSON object by their names here, lists as tuples."""
    known = {_pascal(field.name): field.name for field in fields(kind)}
    if not isinstance(data, dict) or not data.keys() <= known.keys():
        raise Refused(f"{kind.__name__} is an object with the fields {', '.join(known)}")
    return {known[name]: _frozen(value) for name, value in data.items()}


def _made(kind: type[Any], values: dict[str, Any]) -> Any:
    try:
        return kind(**values)
    except TypeError as error:
        raise Refused(f"{kind.__name__} lacks a field: {error}") from error


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
