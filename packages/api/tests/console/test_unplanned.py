from collections.abc import Callable
from datetime import date

from bookingopt_api.console.charts import chart_view
from bookingopt_api.console.unplanned import with_stays
from optimizer_core.picture import chart_of
from optimizer_core.wire import ProblemDocument, Reservation, ResultDocument

DAY = date(2027, 5, 1)
PROBLEM = ProblemDocument(
    problem_id="full",
    rooms=[],
    reservations=[
        Reservation(name="Ann", id=1, arrival=DAY, length=2, assigned_room="1", is_locked=True),
        Reservation(name="Bob", id=2, arrival=DAY, length=1, room_type="Lake"),
    ],
)


def test_the_stays_of_the_problem_are_drawn_with_the_rooms_they_came_with(
    small: Callable[..., ResultDocument],
) -> None:
    result = with_stays(small(optimized_plan=[], succeeded=False), PROBLEM)
    sections = chart_view(chart_of(result), DAY).sides[0].sections
    drawn = {
        (section.heading, row.number, cell.label, cell.classes)
        for section in sections
        for row in section.rows
        for cell in row.cells
        if cell.position is not None
    }
    assert drawn == {("Lake", "1", "Ann", "s l"), ("Without a room", "", "Bob", "s")}
