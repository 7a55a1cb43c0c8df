"""Whoever reads the type of a problem finds it explained on the page, in the words of the API."""

import re
from pathlib import Path

from bookingopt_api.problems import PROBLEM_TYPES

SECTION = re.compile(r"^## `([a-z-]+)`\n\n\*\*(\d{3})\*\* (.+)\n\n(.+)\n\n(.+)$", re.MULTILINE)


def test_the_page_explains_every_problem_and_no_other(root: Path) -> None:
    page = (root / "docs" / "reference" / "errors.md").read_text()
    assert page.count("\n## ") == len(PROBLEM_TYPES)
    told = {slug: tuple(rest) for slug, *rest in SECTION.findall(page)}
    assert told == {
        slug: (str(kind.status), kind.title, kind.meaning, kind.remedy)
        for slug, kind in PROBLEM_TYPES.items()
    }
