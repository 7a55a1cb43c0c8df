"""The page of the API tells every path, and every link of it leads somewhere."""

import re

from tooling.api_reference import api_page, description
from tooling.shell import ROOT


def test_every_path_has_its_section() -> None:
    told = re.findall(r"^## `([A-Z]+) (\S+)`$", api_page(), re.MULTILINE)
    paths = description()["paths"]
    assert told == [(method.upper(), path) for path, item in paths.items() for method in item]


def test_every_parameter_of_a_path_is_told() -> None:
    rows = api_page()
    for item in description()["paths"].values():
        for operation in item.values():
            assert all(f"| `{parameter['name']}` |" in rows for parameter in operation.get("parameters", []))


def test_every_link_leads_to_a_heading() -> None:
    page = api_page()
    errors = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"errors\.md#([a-z-]+)", page)) <= set(
        re.findall(r"^## `([a-z-]+)`", errors, re.MULTILINE)
    )
    headings = {heading.lower() for heading in re.findall(r"^### (\w+)", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([a-z]+)\)", page)) <= headings
