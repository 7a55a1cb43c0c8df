"""Find the best room for every stay of a hotel, and prove that no plan is better.

`read_hotel` reads a hotel, or a `Problem` describes it. `plan` finds the best plan, `trade_off` weighs moves
against gap cost, `check_booking` says whether one more booking fits, and `derive_restrictions` what should
not be sold. A `Planner` does all of it with one backend and the same limits.
"""

from typing import TYPE_CHECKING

from optimizer_core.domain import (
    RUN_OF_HOUSE,
    Gap,
    Limit,
    Limits,
    MinimumStay,
    MinimumStayPeriod,
    Outcome,
    Plan,
    Policy,
    Problem,
    Progress,
    Reason,
    Room,
    Shortage,
    Stay,
    count_orphan_nights,
    current_plan,
    find_gaps,
)
from optimizer_core.errors import (
    BackendError,
    BackendUnavailable,
    BookingOptError,
    Fault,
    InvalidAnswer,
    InvalidDocument,
    InvalidInput,
    InvalidProblem,
    NoCapableBackend,
)
from optimizer_core.objective import Match, Score, Term, score
from optimizer_core.verification import Rule, Violation, verify

if TYPE_CHECKING:
    from optimizer_core.hotel_reading import read_hotel
    from optimizer_core.planner import Planner
    from optimizer_core.results import BookingAnswer, PlanResult, Restrictions, TradeOff
    from optimizer_core.verbs import check_booking, derive_restrictions, plan, trade_off

    __version__: str
else:
    from optimizer_core.on_demand import __dir__ as __dir__
    from optimizer_core.on_demand import __getattr__ as __getattr__

__all__ = [
    "RUN_OF_HOUSE",
    "BackendError",
    "BackendUnavailable",
    "BookingAnswer",
    "BookingOptError",
    "Fault",
    "Gap",
    "InvalidAnswer",
    "InvalidDocument",
    "InvalidInput",
    "InvalidProblem",
    "Limit",
    "Limits",
    "Match",
    "MinimumStay",
    "MinimumStayPeriod",
    "NoCapableBackend",
    "Outcome",
    "Plan",
    "PlanResult",
    "Planner",
    "Policy",
    "Problem",
    "Progress",
    "Reason",
    "Restrictions",
    "Room",
    "Rule",
    "Score",
    "Shortage",
    "Stay",
    "Term",
    "TradeOff",
    "Violation",
    "__version__",
    "check_booking",
    "count_orphan_nights",
    "current_plan",
    "derive_restrictions",
    "find_gaps",
    "plan",
    "read_hotel",
    "score",
    "trade_off",
    "verify",
]
