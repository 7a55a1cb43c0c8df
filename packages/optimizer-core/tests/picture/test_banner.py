from datetime import date

from optimizer_core.domain import MinimumStay, Room
from optimizer_core.picture import ChartStay, TapeChart, lay_out
from optimizer_core.picture.palette import GROUP_CHIP, LOCKED, MOVED, NEW, ORPHAN

LEGEND = {
    "locked: must keep its room",
    "moves to this room",
    "moved from this room",
    "group: wants adjacent rooms",
    "new request",
    "orphan gap with its nights: too short to sell",
    "gap that just long enough to sell",
    "today",
}


def strings(chart: TapeChart, today: date | None = None) -> list[str]:
    return [text.string for text in lay_out(chart, today=today).texts]


def test_the_legend_explains_all_that_occurs_with_a_sample(everything: TapeChart) -> None:
    assert set(strings(everything, everything.start)) >= LEGEND
    painted = {box.paint for box in lay_out(everything).areas}
    assert painted >= {LOCKED, MOVED, NEW, GROUP_CHIP, ORPHAN}


def test_the_legend_explains_nothing_that_does_not_occur() -> None:
    night, morning = date(2026, 10, 1), date(2026, 10, 2)
    chart = TapeChart("", (Room("1"),), (ChartStay("", night, morning, "1", "1"),), night, morning)
    assert not LEGEND & set(strings(chart))


def test_figures_stand_before_and_after_an_arrow(everything: TapeChart) -> None:
    layout = lay_out(everything)
    texts = [text.string for text in layout.texts]
    at = texts.index("Orphan nights")
    assert texts[at : at + 3] == ["Orphan nights", "1", "1"]
    at = texts.index("Gap cost")
    assert texts[at : at + 3] == ["Gap cost", "9", "8.5"]
    assert [glyph.name for glyph in layout.glyphs].count("arrow") >= 2
    assert texts[texts.index("Stays moved") + 1] == "1"
    assert texts[texts.index("Plan") + 1] == "Proved: no plan is better"


def test_one_side_has_one_figure_and_no_moves_without_rooms_before() -> None:
    night, morning = date(2026, 10, 1), date(2026, 10, 2)
    stay = ChartStay("", night, morning, None, "1")
    chart = TapeChart("", (Room("1"),), (stay,), night, morning, MinimumStay(3))
    assert "Stays moved" not in strings(chart)
    assert lay_out(chart).glyphs == []


def test_a_picture_of_the_rooms_as_given_says_nothing_about_the_plan(everything: TapeChart) -> None:
    before = [text.string for text in lay_out(everything, show="before").texts]
    assert everything.verdict not in before
    assert everything.verdict in [text.string for text in lay_out(everything, show="after").texts]
