"""Warnings on accepted values that look like mistakes, each kind listed once."""

from __future__ import annotations

from optimizer_core.errors import Fault


class Notes:
    """Collects warnings; lists equal ones of a field once, with the first place and the number of places."""

    def __init__(self) -> None:
        self._places: dict[tuple[str | int, str], list[tuple[str | int, ...]]] = {}

    def add(self, place: tuple[str | int, ...], message: str) -> None:
        """Add the warning `message` at `place`."""
        self._places.setdefault((place[-1], message), []).append(place)

    def warnings(self) -> tuple[Fault, ...]:
        """Return the warnings in the order of their first places."""
        return tuple(
            Fault(places[0], message if len(places) == 1 else f"{message} ({len(places):,} places)")
            for (_, message), places in self._places.items()
        )
