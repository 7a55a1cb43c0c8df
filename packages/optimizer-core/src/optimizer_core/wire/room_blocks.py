"""Converts the blocks of a problem document."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from optimizer_core.domain import RoomBlock, room_block
from optimizer_core.errors import Fault
from optimizer_core.wire.notes import Notes
from optimizer_core.wire.problem import ProblemDocument, RoomBlockEntry


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a hotel.

    Parameters
    ----------
    blocks
        Blocks of one room do not meet: what overlaps or touches in the document is one block.
    rows
        Position of the first entry of each in the document's ``RoomBlocks``.
    faults
        What is wrong with the entries.
    """

    blocks: tuple[RoomBlock, ...]
    rows: tuple[int, ...]
    faults: tuple[Fault, ...]


def to_blocks(document: ProblemDocument, stay_ids: Collection[str], notes: Notes) -> Blocks:
    """Return the blocks that take nights of their rooms.

    Parameters
    ----------
    document
        The document.
    stay_ids
        Ids that are taken.
    notes
        Collects warnings.
    """
    numbers = {room.room_number for room in document.rooms}
    faults: list[Fault] = []
    by_room: dict[str, list[tuple[RoomBlockEntry, int]]] = {}
    for row, entry in enumerate(document.room_blocks or ()):
        if entry.room_number not in numbers:
            message = f"the hotel has no room {entry.room_number!r}"
            faults.append(Fault(("RoomBlocks", row, "RoomNumber"), message))
        elif entry.end <= entry.start:
            message = f"{entry.end} is not after the first night {entry.start}"
            faults.append(Fault(("RoomBlocks", row, "End"), message))
        elif entry.kind == "OutOfService":
            notes.add(("RoomBlocks", row, "Kind"), "a room out of service can be assigned; nothing changes")
        else:
            by_room.setdefault(entry.room_number, []).append((entry, row))
    blocks: list[RoomBlock] = []
    rows: list[int] = []
    for number, entries in by_room.items():
        for first, last in _merged(entries):
            block_id = f"block {number} {first[0].start}"
            while block_id in stay_ids:
                block_id += "+"
            blocks.append(room_block(block_id, number, first[0].start, last.end))
            rows.append(first[1])
    return Blocks(tuple(blocks), tuple(rows), tuple(faults))


def _merged(
    entries: Sequence[tuple[RoomBlockEntry, int]],
) -> list[tuple[tuple[RoomBlockEntry, int], RoomBlockEntry]]:
    """Return the first and the last entry of each run of blocks that overlap or touch."""
    runs: list[tuple[tuple[RoomBlockEntry, int], RoomBlockEntry]] = []
    for pair in sorted(entries, key=lambda found: (found[0].start, found[0].end, found[1])):
        if runs and pair[0].start <= runs[-1][1].end:
            first, last = runs.pop()
            runs.append((first, pair[0] if pair[0].end > last.end else last))
        else:
            runs.append((pair, pair[0]))
    return runs
