import io
import subprocess
import sys
from datetime import date

import pytest
from PIL import Image

from optimizer_core.errors import InvalidInput
from optimizer_core.picture import chart_of, lay_out, tape_chart_png, tape_chart_svg
from optimizer_core.wire import PlanEntry, ResultDocument, RoomEntry

RESULT = ResultDocument(
    problem_id="hotel",
    processing_date=date(2026, 9, 1),
    succeeded=True,
    solver_status="optimal",
    minimum_stay=3,
    rooms=[RoomEntry(room_number="1"), RoomEntry(room_number="2")],
    optimized_plan=[
        PlanEntry(name="Ann", arrival=date(2026, 10, 1), length=4, current_room="2", assigned_room="1"),
        PlanEntry(name="Bob", arrival=date(2026, 10, 5), length=4, current_room="1", assigned_room="1"),
    ],
)


def test_both_sides_one_side_and_a_window_are_different_pictures() -> None:
    pictures = {
        tape_chart_svg(RESULT),
        tape_chart_svg(RESULT, show="before"),
        tape_chart_svg(RESULT, show="after"),
        tape_chart_svg(RESULT, start=date(2026, 10, 4)),
        tape_chart_svg(RESULT, end=date(2026, 10, 7)),
        tape_chart_svg(RESULT, today=date(2026, 10, 3)),
    }
    assert len(pictures) == 6


def test_the_svg_is_a_pure_function_of_the_document() -> None:
    again = ResultDocument.model_validate_json(RESULT.model_dump_json())
    assert tape_chart_svg(again) == tape_chart_svg(RESULT)


def test_the_png_has_the_size_of_the_svg_times_the_scale() -> None:
    layout = lay_out(chart_of(RESULT), show="after")
    image = Image.open(io.BytesIO(tape_chart_png(RESULT, show="after", scale=3)))
    assert (image.format, image.size) == ("PNG", (layout.width * 3, layout.height * 3))


def test_a_window_without_nights_is_refused() -> None:
    with pytest.raises(InvalidInput, match="draw at least one night"):
        tape_chart_svg(RESULT, start=date(2026, 10, 9))


def test_pillow_is_loaded_only_for_a_png() -> None:
    code = "import sys, optimizer_core.picture; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
