"""Warnings: what is accepted though it looks like a mistake, each kind told once."""

from __future__ import annotations

from optimizer_core.errors import Fault


class Notes:
    """Collects warnings; equal ones of one field are told once, with the first and the number of places."""

    def __init__(self) -> None:
        self._places: dict[tuple[str | int, str], list[tuple[str | int, ...]]] = {}

    def add(self, place: tuple[str | int, ...], message: str) -> None:
        """Note that `message` holds at `place`."""
        self._places.setdefault((place[-1], message), []).append(place)

    def warnings(self) -> tuple[Fault, ...]:
        """Return the warnings in the order in which they first came up."""
        return tuple(
            Fault(places[0], message if len(places) == 1 else f"{message} ({len(places):,} places)")
            for (_, message), places in self._places.items()
        )
