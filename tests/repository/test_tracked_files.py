"""What is in the repository, and what must not be."""

import re
from pathlib import Path

# Written so that this file does not match itself.
MACHINE_PATH = re.compile(r"/(?:root|farm|work|Users|home)/[A-Za-z.]")
LARGEST_FILE_BYTES = 1_000_000
INDEX_HOSTS = {"https://pypi.org", "https://files.pythonhosted.org"}


def test_no_file_names_a_path_of_somebodys_machine(tracked: list[Path], root: Path) -> None:
    found = []
    for path in tracked:
        if path.name == "uv.lock" or (text := _text(path)) is None:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(root)}:{number}")
    assert found == []


def test_no_file_is_too_large_to_review(tracked: list[Path], root: Path) -> None:
    assert [str(p.relative_to(root)) for p in tracked if p.stat().st_size > LARGEST_FILE_BYTES] == []


def test_text_ends_with_one_newline_and_no_carriage_return(tracked: list[Path], root: Path) -> None:
    untidy = []
    for path in tracked:
        text = _text(path)
        if text and (not text.endswith("\n") or text.endswith("\n\n") or "\r" in text):
            untidy.append(str(path.relative_to(root)))
    assert untidy == []


def test_the_lock_file_knows_the_public_index_only(root: Path) -> None:
    hosts = set(re.findall(r"https?://[^/\"]+", (root / "uv.lock").read_text()))
    assert hosts == INDEX_HOSTS


def _text(path: Path) -> str | None:
    """Return the text of a file, read byte for byte, or None where it holds none."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
