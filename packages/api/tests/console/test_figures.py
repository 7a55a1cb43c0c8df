from collections.abc import Callable
from datetime import date

from bookingopt_api.console.figures import Figure, figures, shortage_lines
from optimizer_core.wire import PlanEntry, ResultDocument
from optimizer_core.wire.shortages import ShortageEntry

Small = Callable[..., ResultDocument]


def by_label(result: ResultDocument) -> dict[str, Figure]:
    return {figure.label: figure for figure in figures(result)}


def test_before_and_after_are_told_and_fewer_is_good(small: Small) -> None:
    figure = by_label(small(orphan_nights_before=1200, orphan_nights_after=7))["Orphan nights"]
    assert (figure.value, figure.note, figure.tone) == ("7", "before: 1,200", "good")


def test_rooms_as_given_that_are_no_plan_have_no_figures(small: Small) -> None:
    figure = by_label(small(orphan_nights_after=7))["Orphan nights"]
    assert (figure.value, figure.note, figure.tone) == ("7", "the current rooms are not a valid plan", "")


def test_moves_that_are_proved_the_fewest_say_so(small: Small) -> None:
    assert (
        by_label(small(moves_bound=1))["Stays that change rooms"].note
        == "1 of 4 moved, proved the fewest at this cost"
    )
    assert by_label(small(moves_bound=0))["Stays that change rooms"].note == "1 of 4 moved"


def test_what_is_proved_is_told_as_the_picture_tells_it(small: Small) -> None:
    assert by_label(small())["Proof"] == Figure("Proof", "Best", "Proved: no plan is better", "good")
    found = by_label(small(solver_status="feasible", gap=0.034))["Proof"]
    assert (found.value, found.note) == ("3.4 %", "Proved to be at most 3.4 % above the best")


def test_stays_outside_their_type_are_counted_where_there_are_any(small: Small) -> None:
    assert "Stays outside their type" not in by_label(small(upgraded_stays=0))
    assert by_label(small(upgraded_stays=1))["Stays outside their type"].value == "1"


def test_without_a_plan_there_are_no_figures(small: Small) -> None:
    assert figures(small(optimized_plan=[], succeeded=False)) == ()


def test_a_shortage_names_the_stays_that_compete(small: Small) -> None:
    night = date(2027, 5, 1)
    plan = [PlanEntry(name=f"G{n}", arrival=night, length=1) for n in range(9)]
    shortage = ShortageEntry(
        room_types=["Lake", "Garden"],
        first=night,
        last=date(2027, 5, 2),
        rooms_short=2,
        reservations=list(range(8)),
        locks=[8],
    )
    (line,) = shortage_lines(small(optimized_plan=[], initial_plan=plan, shortages=[shortage]))
    assert line == (
        "Short of 2 rooms of type Lake or Garden, night of 2027-05-01 to 2027-05-02; "
        "stays that compete: G0, G1, G2, G3, G4, G5 and 2 more; locked in their rooms: G8"
    )
