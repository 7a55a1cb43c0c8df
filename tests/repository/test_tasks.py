"""Tasks do things to the world, sessions say whether it is right, and both are easy to ask."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from invoke.collection import Collection
from invoke.tasks import Task

LONGEST_TASKS_FILE_LINES = 40


@pytest.fixture(scope="module")
def namespace(root: Path) -> Collection:
    """Return the collection that tasks.py composes."""
    sys.path.insert(0, str(root))
    try:
        spec = importlib.util.spec_from_file_location("tasks", root / "tasks.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(root))
    found = module.namespace
    assert isinstance(found, Collection)
    return found


def test_tasks_file_only_composes(root: Path) -> None:
    text = (root / "tasks.py").read_text()
    assert len(text.splitlines()) <= LONGEST_TASKS_FILE_LINES
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]


def test_every_task_says_what_it_does_and_can_be_tried_dry(namespace: Collection) -> None:
    tasks = _tasks(namespace)
    assert tasks
    for name, task in tasks.items():
        assert (task.__doc__ or "").strip(), f"{name} has no docstring"
        explained = dict(task.help)
        flags = {argument.name for argument in task.get_arguments()}
        task.help.update(explained)  # asking for the arguments has emptied it
        assert "dry_run" in flags, f"{name} has no --dry-run"
        assert flags == set(explained), f"{name} does not explain each flag"


def test_no_verb_is_both_a_task_and_a_session(namespace: Collection, root: Path) -> None:
    """Whoever types a name never wonders whether it checks or changes."""
    listing = ast.parse((root / "noxfile.py").read_text()).body
    sessions = {node.name.strip("_") for node in listing if isinstance(node, ast.FunctionDef)}
    assert sessions.isdisjoint({name.split(".")[0] for name in _tasks(namespace)})


def test_a_dry_run_prints_the_command_and_runs_nothing(root: Path) -> None:
    before = (root / "uv.lock").stat().st_mtime_ns
    done = subprocess.run(
        [sys.executable, "-m", "invoke", "lock", "--dry-run"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "$ uv lock --upgrade\n"
    assert (root / "uv.lock").stat().st_mtime_ns == before


def _tasks(namespace: Collection) -> dict[str, Task]:  # type: ignore[type-arg]  # generic for checkers only
    return {name: namespace[name] for name in namespace.task_names}
