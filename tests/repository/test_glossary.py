"""The glossary and the code use the same names."""

import re
from pathlib import Path

TERM = re.compile(r"^(?P<term>\S[^\n]*)\n    (?P<meaning>\S[^\n]*)", re.MULTILINE)
CODE_NAME = re.compile(r"`([A-Za-z_][A-Za-z_.]*)`")


def test_every_code_name_of_the_glossary_is_in_the_code(source_modules: list[Path], root: Path) -> None:
    code = "\n".join(path.read_text() for path in source_modules)
    words = set(re.findall(r"\w+", code)) | {path.parent.name for path in source_modules}
    names = CODE_NAME.findall((root / "docs" / "glossary.md").read_text())
    assert len(names) > 20
    assert [name for name in names if not set(name.split(".")) <= words] == []


def test_every_term_is_explained_once(root: Path) -> None:
    text = (root / "docs" / "glossary.md").read_text()
    blocks = "\n".join(re.findall(r"^```\{glossary\}\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    terms = [match["term"] for match in TERM.finditer(blocks)]
    assert len(terms) > 25
    assert sorted(terms) == sorted(set(terms))
