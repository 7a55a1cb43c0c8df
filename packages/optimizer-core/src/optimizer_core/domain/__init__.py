"""The model of a hotel: rooms, stays, minimum stays, plans and outcomes."""

from optimizer_core.domain.block import RoomBlock, room_block
from optimizer_core.domain.faults import LONGEST_HORIZON_NIGHTS, MOST_FREEZE_DAYS, find_faults
from optimizer_core.domain.gap import Gap, count_orphan_nights, find_gaps
from optimizer_core.domain.inventory import DEFAULT_ROOM_TYPE, Room, natural_key
from optimizer_core.domain.minimum_stay import (
    LONGEST_HALVING_NIGHTS,
    LONGEST_MINIMUM_STAY_NIGHTS,
    MinimumStay,
    MinimumStayPeriod,
)
from optimizer_core.domain.outcome import Limit, Outcome, Reason, Shortage, consecutive, relative_gap
from optimizer_core.domain.plan import Plan, current_plan, stays_by_room
from optimizer_core.domain.policy import HIGHEST_PRICE, MOST_MOVES, PRICE_STEP, Policy, Rounding
from optimizer_core.domain.problem import Problem
from optimizer_core.domain.progress import Limits, Progress
from optimizer_core.domain.request import Request, request_faults
from optimizer_core.domain.restriction import DailyRestriction, RestrictionCalendar
from optimizer_core.domain.stay import RUN_OF_HOUSE, InHouseStay, Stay

__all__ = [
    "DEFAULT_ROOM_TYPE",
    "HIGHEST_PRICE",
    "LONGEST_HALVING_NIGHTS",
    "LONGEST_HORIZON_NIGHTS",
    "LONGEST_MINIMUM_STAY_NIGHTS",
    "MOST_FREEZE_DAYS",
    "MOST_MOVES",
    "PRICE_STEP",
    "RUN_OF_HOUSE",
    "DailyRestriction",
    "Gap",
    "InHouseStay",
    "Limit",
    "Limits",
    "MinimumStay",
    "MinimumStayPeriod",
    "Outcome",
    "Plan",
    "Policy",
    "Problem",
    "Progress",
    "Reason",
    "Request",
    "RestrictionCalendar",
    "Room",
    "RoomBlock",
    "Rounding",
    "Shortage",
    "Stay",
    "consecutive",
    "count_orphan_nights",
    "current_plan",
    "find_faults",
    "find_gaps",
    "natural_key",
    "relative_gap",
    "request_faults",
    "room_block",
    "stays_by_room",
]
