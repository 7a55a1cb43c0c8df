"""What each kind of channel can take."""

from optimizer_core.restrictions import Profile


def test_only_three_channels_close_departures() -> None:
    assert [profile for profile in Profile if profile.has_ctd] == [
        Profile.FULL,
        Profile.NO_MAXLOS,
        Profile.THROUGH,
    ]


def test_lengths_hold_by_arrival_or_through_the_night() -> None:
    assert [profile for profile in Profile if profile.is_through] == [Profile.THROUGH, Profile.THROUGH_ONLY]
    assert Profile.FULL.has_cta
    assert not Profile.ARRIVAL_ONLY.has_cta
    assert not Profile.NO_MAXLOS.has_max_los
