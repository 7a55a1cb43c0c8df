"""Nights on which a room cannot be used: repairs, house use, a hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from optimizer_core.domain.stay import Stay


@dataclass(frozen=True, slots=True)
class RoomBlock(Stay):
    """A room that cannot be used for the nights ``[arrival, departure)``.

    It takes the nights of its room like a stay that is locked, so a gap beside it is a gap. It is not a
    guest's stay: it is not counted, not moved, and not a lock that could be released. `room_block` makes one.
    """

    is_block: ClassVar[bool] = True


def room_block(block_id: str, room_number: str, start: date, end: date) -> RoomBlock:
    """Return a block.

    Parameters
    ----------
    block_id
        Unique among the ids of stays and blocks.
    room_number
        The room.
    start, end
        First night, and the first night on which the room can be used again.
    """
    return RoomBlock(block_id, start, end, current_room=room_number, is_locked=True)
