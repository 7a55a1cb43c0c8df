"""What the page on deployment promises is named with the test that shows it, and that test is there."""

import re
from pathlib import Path

HEADER = "| promise | test |"


def test_every_promise_with_a_test_names_one_that_there_is(root: Path) -> None:
    named = []
    for page in [root / "docs" / "explanation" / "deployment.md"]:
        for table in page.read_text(encoding="utf-8").split(HEADER)[1:]:
            rows = table.partition("\n\n")[0].splitlines()[2:]
            assert rows, f"{page.name}: a table without rows"
            named += [
                (page.name, reference) for row in rows for reference in re.findall(r"`([^`]+::\w+)`", row)
            ]
            without = [row for row in rows if not re.search(r"`[^`]+::\w+`|the same \|$", row)]
            assert without == [], f"{page.name}: promises without a test"
    assert len(named) > 5
    for page_name, reference in named:
        file, _, name = reference.partition("::")
        assert (root / file).is_file(), f"{page_name}: there is no {file}"
        assert f"def {name}(" in (root / file).read_text(encoding="utf-8"), f"{page_name}: no {reference}"
