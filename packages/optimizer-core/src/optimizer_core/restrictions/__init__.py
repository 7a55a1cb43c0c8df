"""What may still be sold, as restrictions for sales channels."""

from optimizer_core.restrictions.admission import UNLIMITED, Classes, Obstacles, Tally, obstacles, tally
from optimizer_core.restrictions.avoided import AvoidedStays, StaysByDate, avoided_stays
from optimizer_core.restrictions.derive import WHOLE_COSTS_GAP, Restrictions, derive
from optimizer_core.restrictions.least_stays import binding_maximum, least_stays, nights_by_least_stay
from optimizer_core.restrictions.profile import Profile

__all__ = [
    "UNLIMITED",
    "WHOLE_COSTS_GAP",
    "AvoidedStays",
    "Classes",
    "Obstacles",
    "Profile",
    "Restrictions",
    "StaysByDate",
    "Tally",
    "avoided_stays",
    "binding_maximum",
    "derive",
    "least_stays",
    "nights_by_least_stay",
    "obstacles",
    "tally",
]
