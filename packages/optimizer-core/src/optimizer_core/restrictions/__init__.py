"""What may still be sold, as restrictions that a sales channel understands."""

from optimizer_core.restrictions.admission import Obstacles, Tally, obstacles, tally
from optimizer_core.restrictions.derive import Restrictions, derive
from optimizer_core.restrictions.profile import Profile

__all__ = ["Obstacles", "Profile", "Restrictions", "Tally", "derive", "obstacles", "tally"]
