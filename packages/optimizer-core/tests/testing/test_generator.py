from itertools import pairwise

import pytest

from optimizer_core.domain import current_plan
from optimizer_core.objective import score
from optimizer_core.testing import random_hotel
from optimizer_core.verification import verify


@pytest.mark.parametrize("seed", range(3))
def test_present_plan_is_valid_and_careless(seed: int) -> None:
    """The hotel is drawn with a plan, and this plan has gaps that cost something."""
    hotel = random_hotel(12, 40, num_types=3, seed=seed)
    plan = current_plan(hotel)
    assert verify(hotel, plan) == []
    assert score(hotel, plan).gap_cost > 0


def test_equal_arguments_give_equal_hotels() -> None:
    """A hotel is made again from its arguments, and another seed makes another one."""
    assert random_hotel(5, 20) == random_hotel(5, 20)
    assert random_hotel(5, 20) != random_hotel(5, 20, seed=2)


def test_shares_are_kept_at_the_ends() -> None:
    """Without gaps no room has one; without locks no stay is locked, and with all of them each is."""
    full = random_hotel(4, 30, gaps=0.0, locked=0.0)
    assert score(full, current_plan(full)).gap_cost == 0
    assert not any(stay.is_locked for stay in full.stays)
    assert all(stay.is_locked for stay in random_hotel(4, 30, locked=1.0).stays)


def test_rooms_of_a_type_are_neighbors_in_a_row() -> None:
    """Each room is next to the next one of its type."""
    hotel = random_hotel(6, 10, num_types=2)
    for room_type in hotel.room_types:
        row = [room for room in hotel.rooms if room.room_type == room_type]
        assert all(two.number in one.adjacent for one, two in pairwise(row))
