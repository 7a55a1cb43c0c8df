"""A term is the sum of its matches."""

from optimizer_core.objective import Match, Term


def test_the_total_is_that_of_the_matches() -> None:
    assert Term("gaps", (Match(3, ("a",)), Match(4, ("b",)))).total == 7
    assert Term("gaps").total == 0


def test_matches_are_told_apart_by_content() -> None:
    assert {Match(3, ("a",)), Match(3, ("a",)), Match(3, ("b",))} == {Match(3, ("a",)), Match(3, ("b",))}
