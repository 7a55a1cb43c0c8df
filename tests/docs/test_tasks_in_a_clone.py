"""Tasks that ask for a clean checkout with a version are tried in one, as the pages tell to call them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, SHELL, blocks, pages
from tests.docs.tasks_and_sessions import NEEDS_A_CLONE
from tests.docs.typed import calls_of, lines_of

WORKERS_PAGE = "docs/how-to/add-a-worker-host.md"
OWN_STAGE = ("certificate.", "workers.")
"""Tasks of a stage that is not as in the repository."""
LINES = {
    line.text.removeprefix("./run invoke "): str(line)
    for page in pages()
    for block in blocks(page)
    if block.language in SHELL
    for line in lines_of(block)
    for call in calls_of(line.text)
    if call.arguments[:1] == ("invoke",) and call.arguments[1] in NEEDS_A_CLONE
}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clone whose commit has a version, and beside it a stage with all that the pages ask for.

    Its certificate is given, and it has a worker host.
    """
    folder = tmp_path_factory.mktemp("clone")
    found = folder / "bookingopt"
    subprocess.run(["git", "clone", "--quiet", "--no-tags", ROOT, found], check=True, capture_output=True)
    subprocess.run(["git", "tag", "v1.2.0"], cwd=found, check=True)
    stage = (found / "infra/stages/production.toml").read_text(encoding="utf-8")
    (listed,) = (block.text for block in blocks(WORKERS_PAGE) if block.language == "toml")
    given = stage.replace('"letsencrypt"', '"given"') + listed
    (folder / "production.toml").write_text(given, encoding="utf-8")
    return found


@pytest.mark.parametrize("task", LINES)
def test_the_task_can_be_tried_as_the_page_calls_it(task: str, clone: Path) -> None:
    words = task.split()
    for file in (word for word in words if word.endswith((".pem", "-password"))):
        (clone / file).write_text("-----BEGIN SOMETHING-----\n", encoding="ascii")
    environment = (
        os.environ | {"BOOKINGOPT_STAGES": str(clone.parent)} if task.startswith(OWN_STAGE) else os.environ
    )
    done = subprocess.run(
        [sys.executable, "-m", "invoke", *words, "--dry-run"], cwd=clone, env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{LINES[task]}\n{done.stdout[-2000:]}{done.stderr}"
    assert "\n  would " in done.stdout


def test_the_pages_call_each_of_these_tasks() -> None:
    assert {task.split()[0] for task in LINES} == NEEDS_A_CLONE
