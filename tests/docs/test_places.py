"""Each command of the documentation is run by a test, or is excused with a reason."""

from __future__ import annotations

import pytest

from tests.docs.blocks import ROOT
from tests.docs.places import (
    ENDS,
    EXCEPTIONS,
    RULES,
    SAYS,
    SUBSTITUTES,
    Place,
    commands,
    commands_at,
    judge,
    place_of,
    rule_of,
    substituted,
)
from tests.docs.typed import Line

TYPED = (Place.STACK, Place.OUTSIDE, Place.HOST)
"""Places whose tests type what is placed there."""


@pytest.mark.parametrize("page", sorted({line.page for line in commands()}))
def test_each_command_of_the_page_is_run_or_excused(page: str) -> None:
    placed = [(line, place_of(line)) for line in commands() if line.page == page]
    excused = [line for line, place in placed if place is None]
    assert all(any(line.text.startswith(one) for one in EXCEPTIONS) for line in excused)
    assert placed


def test_a_command_that_nothing_runs_is_noticed() -> None:
    for text in ("docker run --rm busybox", "rsync -a here there:", "ssh deploy@HOST reboot"):
        with pytest.raises(AssertionError, match=r"page\.md:1: .*no test runs it"):
            place_of(Line("page.md", 1, text))


def test_no_table_speaks_of_what_no_page_says() -> None:
    texts = [line.text for line in commands()]
    typed = [line.text for place in TYPED for line in commands_at(place)]
    assert [one for one in EXCEPTIONS if not any(text.startswith(one) for text in texts)] == []
    assert [one for one in SUBSTITUTES if not any(one in text for text in typed)] == []
    assert [one for one, _ in SAYS if not any(text.startswith(one) for text in typed)] == []
    assert [one for one in ENDS if not any(text.startswith(one) for text in typed)] == []
    used = {rule_of(line) for line in commands() if place_of(line) not in {None, Place.WALK}}
    assert [rule for rule in RULES if rule not in used] == []


@pytest.mark.parametrize("place", [*TYPED, Place.NEWCOMER])
def test_the_test_of_a_place_types_whatever_is_placed_there(place: Place) -> None:
    module = (ROOT / place.value.partition(":")[0]).read_text(encoding="utf-8")
    assert f"commands_at(Place.{place.name})" in module


def test_most_of_what_is_typed_must_say_something() -> None:
    typed = [line.text for place in TYPED for line in commands_at(place)]
    silent = [text for text in typed if not any(text.startswith(one) for one, _ in SAYS)]
    assert len(silent) < len(typed) / 4, silent


def test_what_the_reader_must_know_is_asked_of_the_test() -> None:
    line = Line("page.md", 1, "docker compose -p bookingopt logs | grep JOB_ID")
    assert substituted(line, {"project": "-p mine ", "job": "7"}) == "docker compose -p mine logs | grep 7"
    with pytest.raises(AssertionError, match=r"nothing stands for \['JOB_ID'\]"):
        substituted(line, {"project": "-p mine "})


def test_a_wrong_code_and_a_wrong_word_are_noticed() -> None:
    line = Line("page.md", 1, "free -m")
    judge(line, 0, "Mem: 1")
    with pytest.raises(AssertionError, match="ended with 1"):
        judge(line, 1, "Mem: 1")
    with pytest.raises(AssertionError, match="is not in what it printed"):
        judge(line, 0, "Swap: 1")
