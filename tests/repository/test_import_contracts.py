"""Each import contract fails on an import that it is there for, and names it."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

Imports = list[tuple[str, str]]

CONTRACTS = "importlinter:contract:"
UNLISTED = "unlisted"
# By contract: who imports what in a copy of the packages.
PLANTS: dict[str, Imports] = {
    "distributions": [
        ("bookingopt_api.metrics", "bookingopt_worker.logs"),
        ("bookingopt_worker.logs", "bookingopt_api.logs"),
        ("job_ledger.state", "optimizer_core.errors"),
        ("optimizer_core.errors", "job_ledger.errors"),
    ],
    "library": [("optimizer_core.domain.gap", "optimizer_core.report")],
    "ledger": [("job_ledger.address", "job_ledger.queue")],
    "worker": [("bookingopt_worker.patience", "bookingopt_worker.attempt")],
    "api": [("bookingopt_api.results", "bookingopt_api.routes.jobs")],
    "circles": [("bookingopt_api.keys.record", "bookingopt_api.keys.keyring")],
    "api-allow-list": [
        ("bookingopt_api.results", "optimizer_core.acceptance"),
        ("bookingopt_api.results", "optimizer_core.selling"),
        ("bookingopt_api.results", "optimizer_core.testing"),
    ],
    "worker-allow-list": [("bookingopt_worker.metrics", "optimizer_core.solving")],
    "branches": [("optimizer_core.wire.load", "optimizer_core.plugins")],
    "proof": [("optimizer_core.certificate", "numpy")],
    "solvers": [("optimizer_core.run", "highspy")],
    "schema": [("optimizer_core.run", "pydantic")],
    "hooks": [("optimizer_core.run", "pluggy")],
    "standard-library": [("optimizer_core.domain.gap", "numpy")],
    "no-service": [("optimizer_core.run", "redis")],
}
EXHAUSTIVE = {
    "library": "optimizer_core",
    "ledger": "job_ledger",
    "worker": "bookingopt_worker",
    "api": "bookingopt_api",
}


@pytest.fixture(scope="module")
def names(root: Path) -> dict[str, str]:
    """Return the name of each contract."""
    contracts = configparser.ConfigParser()
    contracts.read(root / ".importlinter")
    sections = [section for section in contracts.sections() if section.startswith(CONTRACTS)]
    return {section.removeprefix(CONTRACTS): contracts[section]["name"] for section in sections}


@pytest.fixture(scope="module")
def reports(root: Path, names: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what is reported of each broken contract, with all plants at once."""
    copy = tmp_path_factory.mktemp("planted")
    for package in root.glob("packages/*/src/*"):
        shutil.copytree(package, copy / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    for importer, imported in (plant for plants in PLANTS.values() for plant in plants):
        with _file(copy, importer).open("a", encoding="utf-8") as module:
            module.write(f"\nimport {imported}\n")
    for package_name in EXHAUSTIVE.values():
        (copy / package_name / f"{UNLISTED}.py").touch()
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--config", root / ".importlinter"],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    _, found, broken = done.stdout.partition("Broken contracts\n")
    assert found, done.stdout
    parts = re.split(r"^(.+)\n-+$", broken, flags=re.MULTILINE)
    by_name = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {contract: by_name.get(name, "") for contract, name in names.items()}


def test_each_contract_has_a_plant(names: dict[str, str]) -> None:
    assert sorted(names) == sorted(PLANTS)


@pytest.mark.parametrize(
    ("contract", "importer", "imported"),
    [(contract, *plant) for contract, plants in PLANTS.items() for plant in plants if contract != "circles"],
)
def test_an_import_that_a_contract_forbids_breaks_it(
    reports: dict[str, str], contract: str, importer: str, imported: str
) -> None:
    assert re.search(rf"\b{importer} -> {imported}\b", reports[contract])


def test_a_circle_breaks_the_contract_deep_in_a_package(reports: dict[str, str]) -> None:
    """The report names the package, and the import with which the circle is easiest to cut."""
    assert "No cycles are allowed in bookingopt_api.keys.\n" in reports["circles"]


@pytest.mark.parametrize("contract", EXHAUSTIVE)
def test_a_module_in_no_layer_breaks_the_contract(reports: dict[str, str], contract: str) -> None:
    assert UNLISTED in reports[contract]


def _file(folder: Path, module: str) -> Path:
    path = folder.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
