"""A stay that is in house when the schedule starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from optimizer_core.domain.stay import Stay


@dataclass(frozen=True, slots=True)
class InHouseStay(Stay):
    """A stay that arrived before the schedule starts and keeps its room.

    Its nights are those within the schedule. Its room is as fixed as that of a locked stay, but it is not a
    lock that could be released.
    """

    is_in_house: ClassVar[bool] = True
