"""The example hotels of the start page: copies of those in the repository's examples/ (a test compares)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "examples"


@dataclass(frozen=True, slots=True)
class ExampleHotel:
    """One example hotel.

    Parameters
    ----------
    name
        Name of its file, without the suffix.
    title
        Its title on the page.
    summary
        What it shows, in one sentence.
    """

    name: str
    title: str
    summary: str

    @property
    def document(self) -> bytes:
        """The problem document."""
        return (FOLDER / f"{self.name}.json").read_bytes()


EXAMPLES = {
    hotel.name: hotel
    for hotel in (
        ExampleHotel("city-hotel", "City hotel", "60 rooms of four types, seven weeks, 752 stays."),
        ExampleHotel("ten-rooms", "Ten rooms", "Two types, three weeks, 43 stays: can be checked by eye."),
    )
}
"""By name; the one to be offered first comes first."""
