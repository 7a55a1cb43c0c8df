"""Which restrictions a channel can take."""

from __future__ import annotations

from enum import StrEnum


class Profile(StrEnum):
    """What a sales channel understands."""

    FULL = "full"
    """MinLOS and MaxLOS by arrival, CTA, CTD."""
    NO_CTD = "no-ctd"
    """MinLOS and MaxLOS by arrival, CTA."""
    NO_MAXLOS = "no-maxlos"
    """MinLOS by arrival, CTA, CTD."""
    ARRIVAL_ONLY = "arrival-only"
    """MinLOS and MaxLOS by arrival alone; a closed arrival asks for more nights than were considered."""
    THROUGH = "through"
    """MinLOS and MaxLOS through the night, CTA, CTD: the fields of the established result document."""
    THROUGH_ONLY = "through-only"
    """MinLOS and MaxLOS through the night alone."""
    FPLOS = "fplos"
    """Each length by arrival of its own; exact."""

    @property
    def has_ctd(self) -> bool:
        """Whether departures can be closed."""
        return self in {Profile.FULL, Profile.NO_MAXLOS, Profile.THROUGH}

    @property
    def has_cta(self) -> bool:
        """Whether arrivals can be closed as such."""
        return self in {Profile.FULL, Profile.NO_CTD, Profile.NO_MAXLOS, Profile.THROUGH}

    @property
    def has_max_los(self) -> bool:
        """Whether a stay can be too long."""
        return self is not Profile.NO_MAXLOS

    @property
    def is_through(self) -> bool:
        """Whether lengths hold for every night of a stay, not for its arrival."""
        return self in {Profile.THROUGH, Profile.THROUGH_ONLY}
