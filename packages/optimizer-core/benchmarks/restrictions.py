"""Restrictions of a year: how long each kind of channel takes, and what it loses."""

from __future__ import annotations

from benchmarks.hotels import make_hotel
from benchmarks.table import Row, stopwatch, timed

LONGEST_LOS_NIGHTS = 21
HOTEL = (100, 365)


def one_profile(name: str, num_rooms: int, num_nights: int) -> tuple[float, str]:
    """Time the restrictions of one profile for the rooms of a hotel as given; return what it loses too."""
    from optimizer_core.acceptance.as_given import matrix_as_given
    from optimizer_core.backends.highs import HighsBackend
    from optimizer_core.domain import current_plan
    from optimizer_core.restrictions import Profile, derive

    solve_milp = HighsBackend().solve_milp
    problem = make_hotel(num_rooms, num_nights)
    matrix = matrix_as_given(problem, current_plan(problem), longest_los=LONGEST_LOS_NIGHTS)
    classes = matrix.classify()
    seconds, found = stopwatch(lambda: derive(classes, matrix.start, Profile(name), solve_milp))
    tally = found.tally
    proof = "proved fewest" if found.is_proved else f"at least {found.fewest_refused:,}"
    return seconds, (
        f"{tally.refused_good:,} of {tally.good:,} good refused ({proof}), "
        f"{tally.admitted_bad} of {tally.bad:,} bad admitted"
    )


def profiles() -> list[Row]:
    """Return a row for each kind of channel."""
    num_rooms, num_nights = HOTEL
    rows = []
    for name in ("full", "no-ctd", "no-maxlos", "arrival-only", "through", "through-only", "fplos"):
        timing = timed(one_profile, name, num_rooms, num_nights)
        case = f"restrictions {name}, {num_nights} x {LONGEST_LOS_NIGHTS}"
        rows.append(Row(case, timing.seconds, megabytes=timing.megabytes, note=timing.result))
    return rows
