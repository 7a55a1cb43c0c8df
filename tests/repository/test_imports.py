"""What an import does: nothing that costs time, and nothing that depends on the machine."""

import json
import subprocess
import sys

import pytest

HEAVY = ["cvxpy", "highspy", "ortools", "scipy", "PIL", "pydantic"]
PACKAGES = ["optimizer_core", "job_ledger", "bookingopt_worker", "bookingopt_api"]

# Imports every module of a package, and prints who read the environment: the caller is the first
# frame outside the library that carries os.environ.
READS_OF_ENVIRONMENT = """
import importlib, json, os, pkgutil, sys

readers = []

class Watched(type(os.environ)):
    def __getitem__(self, key):
        frame = sys._getframe(1)
        while frame.f_globals.get("__name__", "").split(".")[0] in {"os", "_collections_abc", "collections"}:
            frame = frame.f_back
        readers.append([frame.f_globals.get("__name__", ""), key])
        return super().__getitem__(key)

os.environ.__class__ = Watched
os.environ.get("WATCHED")
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(json.dumps(readers))
"""


def test_importing_the_library_imports_nothing_heavy() -> None:
    """The command line answers --help at once, and a service that only queues needs no solver."""
    code = f"import sys, json, optimizer_core; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    assert json.loads(_python("-c", code)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_reads_no_environment(package: str) -> None:
    readers = json.loads(_python("-c", READS_OF_ENVIRONMENT, package))
    assert ["__main__", "WATCHED"] in readers, "the watch itself must see a read"
    assert [reader for reader in readers if reader[0].split(".")[0] in PACKAGES] == []


def _python(*arguments: str) -> str:
    """Return what a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments], capture_output=True, text=True, check=True
    ).stdout
