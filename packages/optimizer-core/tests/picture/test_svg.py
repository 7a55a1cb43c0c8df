import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from optimizer_core.domain import Room
from optimizer_core.picture import ChartStay, Side, TapeChart, lay_out, write_svg
from optimizer_core.picture.svg import escape

MakeChart = Callable[..., TapeChart]
SVG = "{http://www.w3.org/2000/svg}"
START = date(2026, 10, 1)


def parsed(chart: TapeChart) -> ET.Element:
    return ET.fromstring(write_svg(lay_out(chart)))  # noqa: S314 - our own output


def named(name: str, group: str | None = None) -> TapeChart:
    """Return a chart of one stay."""
    stay = ChartStay(name, START, START + timedelta(9), "1", "2", group=group)
    rooms = (Room("1", name or "Double"), Room("2", name or "Double"))
    return TapeChart(name, rooms, (stay,), START, START + timedelta(9))


@pytest.mark.parametrize(("rooms", "nights"), [(1, 1), (4, 14), (60, 42), (10, 400)])
def test_it_is_valid_xml_of_the_size_of_the_layout(make_chart: MakeChart, rooms: int, nights: int) -> None:
    layout = lay_out(make_chart(rooms, nights))
    root = ET.fromstring(write_svg(layout))  # noqa: S314 - our own output
    assert root.tag == SVG + "svg"
    assert (root.get("width"), root.get("height")) == (str(layout.width), str(layout.height))
    assert root.get("viewBox") == f"0 0 {layout.width} {layout.height}"


def test_it_has_a_role_a_title_and_a_description(everything: TapeChart) -> None:
    root = parsed(everything)
    assert root.get("role") == "img"
    described = [root.find(f"{SVG}*[@id='{name}']") for name in str(root.get("aria-labelledby")).split()]
    texts = [element.text for element in described if element is not None]
    assert texts[0] == "Tape chart Small hotel"
    assert "3 rooms and 6 stays" in str(texts[1])


def test_every_bar_and_gap_has_its_tooltip(everything: TapeChart) -> None:
    layout = lay_out(everything)
    titles = Counter(str(title.text) for title in parsed(everything).iter(SVG + "title"))
    tooltips = Counter([bar.tooltip for bar in layout.bars] + [mark.tooltip for mark in layout.gaps])
    assert titles - tooltips == Counter(["Tape chart Small hotel"])
    assert tooltips - titles == Counter()


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "</title></svg><script>",
        "Smith & Sons",
        "\"quoted\" 'name'",
        "&amp; ]]> <!-- --> <![CDATA[",
    ],
)
def test_a_guest_named_like_markup_is_text(name: str) -> None:
    root = parsed(named(name, group=name))
    assert {element.tag for element in root.iter()} <= {
        SVG + tag for tag in ("svg", "title", "desc", "defs", "pattern", "rect", "path", "g", "use", "text")
    }
    titles = [str(title.text) for title in root.iter(SVG + "title")]
    assert sum(title.startswith(f"{name}: 1 to") for title in titles) == 2


def test_characters_that_xml_forbids_are_replaced() -> None:
    assert escape("a\x00b\x1fc\ud800d\ufffee") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    root = parsed(named("Zoë \x07\ud83d Bell"))
    assert any("Zoë" in str(title.text) for title in root.iter(SVG + "title"))


def test_it_can_be_written_as_utf_8_whatever_the_name() -> None:
    assert write_svg(lay_out(named("\udcff\ud800"))).encode()


def test_it_is_self_contained_and_passes_a_strict_content_security_policy(everything: TapeChart) -> None:
    text = write_svg(lay_out(everything))
    assert not re.search(r"<style|<script|style=|\son\w+=|<image|<foreignObject|@import", text)
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', text))


def test_every_reference_has_its_definition(everything: TapeChart) -> None:
    text = write_svg(lay_out(everything))
    used = set(re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', text))
    names = {first or second for first, second in used}
    assert names
    assert names <= set(re.findall(r'id="([^"]*)"', text))


def test_kinds_of_stay_are_classes_that_a_page_can_restyle(everything: TapeChart) -> None:
    classes = {group.get("class") for group in parsed(everything).iter(SVG + "g")}
    assert classes >= {"stay", "stay locked", "stay moved", "stay new", "gap orphan", "gap barely", "weekend"}


def test_outlines_lie_inside_their_boxes(everything: TapeChart) -> None:
    layout = lay_out(everything)
    boxes = {bar.tooltip: bar.box for bar in layout.bars}
    checked = 0
    for group in parsed(everything).iter(SVG + "g"):
        width = int(group.get("stroke-width", "1" if group.get("stroke") else "0"))
        shift = 0.5 if group.get("transform") else 0.0
        for rectangle in group.findall(SVG + "rect"):
            box = boxes[str(rectangle[0].text)]
            left = float(str(rectangle.get("x"))) + shift - width / 2
            right = left + float(str(rectangle.get("width"))) + width
            assert (left, right) == (box.x, box.right)
            checked += 1
    assert checked == len(layout.bars)


def test_the_same_chart_gives_the_same_text_whatever_the_order_of_its_rows(make_chart: MakeChart) -> None:
    chart = make_chart(20, 30)
    shuffled = TapeChart(
        chart.title, chart.rooms[::-1], chart.stays[::-1], chart.start, chart.end, chart.minimum_stay
    )
    assert write_svg(lay_out(chart)) == write_svg(lay_out(shuffled))


def test_250_rooms_and_90_nights_before_and_after_stay_under_3_megabytes(make_chart: MakeChart) -> None:
    chart = make_chart(250, 90, longest_gap=2)
    layout = lay_out(chart)
    assert len(chart.stays) > 5000
    assert {bar.side for bar in layout.bars} == set(Side)
    assert len(write_svg(layout).encode()) < 3_000_000
