"""Tasks on the environment of this checkout: its lock file and temporary files."""

import shutil
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.shell import DRY_RUN_HELP, ROOT, run

LEFT_BY_TOOLS = (
    ".coverage*",
    ".hypothesis",
    "examples/*/.hypothesis",
    "examples/*/.pytest_cache",
    ".import_linter_cache",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    "dist",
    "docs/_build",
    "docs/reference/generated",
    "packages/**/__pycache__",
    "tests/**/__pycache__",
    "tooling/**/__pycache__",
)


@task(
    help={
        "package": "upgrade this distribution alone (default: every one)",
        "dry_run": DRY_RUN_HELP,
    }
)
def lock(context: Context, package: str = "", dry_run: bool = False) -> None:
    """Update the dependencies in uv.lock to newer versions."""
    del context
    upgrade = ["--upgrade-package", package] if package else ["--upgrade"]
    run(["uv", "lock", *upgrade], dry_run=dry_run)


@task(
    help={
        "everything": "also remove the environment; the next ./run makes it again",
        "dry_run": DRY_RUN_HELP,
    }
)
def clean(context: Context, everything: bool = False, dry_run: bool = False) -> None:
    """Remove temporary files of the tools from the checkout."""
    del context
    patterns = (*LEFT_BY_TOOLS, ".venv", ".tools") if everything else LEFT_BY_TOOLS
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        print(f"remove {path.relative_to(ROOT)}")
        if not dry_run:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
