"""The restrictions that a channel supports."""

from __future__ import annotations

from enum import StrEnum


class Profile(StrEnum):
    """The kinds of restrictions that a sales channel supports."""

    FULL = "full"
    """MinLOS and MaxLOS by arrival, CTA, CTD."""
    NO_CTD = "no-ctd"
    """MinLOS and MaxLOS by arrival, CTA."""
    NO_MAXLOS = "no-maxlos"
    """MinLOS by arrival, CTA, CTD."""
    ARRIVAL_ONLY = "arrival-only"
    """MinLOS and MaxLOS by arrival alone; a closed arrival has a minimum above all lengths considered."""
    THROUGH = "through"
    """MinLOS and MaxLOS through the night, CTA, CTD: the fields of the established result document."""
    THROUGH_ONLY = "through-only"
    """MinLOS and MaxLOS through the night alone."""
    FPLOS = "fplos"
    """Each length by arrival, separately; exact."""

    @property
    def has_ctd(self) -> bool:
        """Whether departures can be closed."""
        return self in {Profile.FULL, Profile.NO_MAXLOS, Profile.THROUGH}

    @property
    def has_cta(self) -> bool:
        """Whether arrivals can be closed directly."""
        return self in {Profile.FULL, Profile.NO_CTD, Profile.NO_MAXLOS, Profile.THROUGH}

    @property
    def has_max_los(self) -> bool:
        """Whether a maximum stay can be set."""
        return self is not Profile.NO_MAXLOS

    @property
    def is_through(self) -> bool:
        """Whether lengths hold for every night of a stay, not for its arrival."""
        return self in {Profile.THROUGH, Profile.THROUGH_ONLY}
