"""The proved best room plan of a hotel.

The hotel is described with the names given here. `optimizer_core.solving.solve` plans it, and
`optimizer_core.run.run` takes a JSON document and returns one.
"""

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

__all__ = [
    "RUN_OF_HOUSE",
    "BackendError",
    "BackendUnavailable",
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
    "Policy",
    "Problem",
    "Progress",
    "Reason",
    "Room",
    "Rule",
    "Score",
    "Shortage",
    "Stay",
    "Term",
    "Violation",
    "count_orphan_nights",
    "current_plan",
    "find_gaps",
    "score",
    "verify",
]
