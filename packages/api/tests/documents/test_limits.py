from __future__ import annotations

from bookingopt_api.documents import DocumentLimits
from bookingopt_api.documents.limits import too_many
from bookingopt_api.settings import ApiSettings


def test_each_limit_is_a_setting() -> None:
    """No limit is left at a number that nobody can change, and no setting is forgotten."""
    names = [name for name in ApiSettings.model_fields if name.startswith("max_document") or name in OTHERS]
    # Named at run time, which a type checker cannot follow.
    settings = ApiSettings(**{name: 1000 + row for row, name in enumerate(names)})  # type: ignore[arg-type]
    limits = DocumentLimits.of(settings)
    given = sorted(getattr(limits, name) for name in DocumentLimits.__slots__)
    assert given == sorted(getattr(settings, name) for name in names)


OTHERS = {
    "max_rooms",
    "max_reservations",
    "max_new_reservations",
    "max_room_blocks",
    "max_horizon_nights",
    "max_minimum_stay_nights",
    "max_groups",
    "max_adjacencies",
}


def test_the_defaults_hold_a_thousand_rooms_and_a_year() -> None:
    limits = DocumentLimits.of(ApiSettings())
    assert limits.rooms >= 1000
    assert limits.horizon_nights >= 365
    assert limits.reservations >= 90_000
    assert limits.values >= 16 * 90_000
    assert limits.containers >= 4 * 90_000
    assert limits.values_of(90_000) >= 16 * 90_000


def test_a_fault_tells_how_many_there_are_and_may_be() -> None:
    fault = too_many(("Rooms",), 12_345, "entries", 1000)
    assert str(fault) == "Rooms: 12,345 entries; at most 1,000 are accepted"
