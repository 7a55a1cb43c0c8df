import re
from datetime import UTC, date, datetime

import pytest
from jinja2 import TemplateNotFound

from bookingopt_api.console.charts import ROWS_OF_A_PIECE
from bookingopt_api.console.rendering import HEADERS, HERE, STATIC, page, static_url, time_tag, with_dates

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|<style|javascript:")
ELSEWHERE = re.compile(r"""(?:src|href|action)=["']?(?:https?:)?//""")


def test_a_date_is_iso_text_that_a_script_can_write_anew() -> None:
    tag = time_tag(date(2027, 5, 1), "short")
    assert tag == '<time datetime="2027-05-01" data-style="short">2027-05-01</time>'
    moment = time_tag(datetime(2027, 5, 1, 9, 30, tzinfo=UTC), "moment")
    assert moment.endswith('data-style="moment">2027-05-01 09:30</time>')
    assert 'datetime="2027-05-01T09:30+00:00"' in moment


def test_without_a_script_a_day_has_its_weekday() -> None:
    assert time_tag(date(2027, 5, 1)).endswith('data-style="day">Sa 2027-05-01</time>')


def test_a_sentence_keeps_its_dates_and_loses_its_markup() -> None:
    told = with_dates("<b> from 2027-05-01 to 2027-13-01")
    assert told == (
        '&lt;b&gt; from <time datetime="2027-05-01" data-style="short">2027-05-01</time> to 2027-13-01'
    )


def test_the_address_of_a_file_changes_with_its_content() -> None:
    assert re.fullmatch(r"/static/page\.css\?v=[0-9a-f]{12}", static_url("page.css"))
    assert static_url("page.css") != static_url("chart.css")
    with pytest.raises(FileNotFoundError):
        static_url("no.css")


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_no_template_has_what_the_policy_forbids() -> None:
    for path in (HERE / "templates").iterdir():
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|<style|javascript:", text), (
            path.name
        )
        assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", text), path.name


def test_no_file_of_the_page_loads_anything_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text, path.name
        assert "https:" not in text, path.name


def test_the_style_sheet_knows_the_height_of_every_number_of_rows() -> None:
    text = (STATIC / "chart.css").read_text()
    heights = {int(name): int(rows) for name, rows in re.findall(r"\.r(\d+) \{ --rows: (\d+); \}", text)}
    assert heights == {rows: rows for rows in range(1, ROWS_OF_A_PIECE)}


def test_a_template_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        page("no.html")
