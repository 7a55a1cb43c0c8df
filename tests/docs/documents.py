"""How a block that a program reads is judged: by what would read it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from bookingopt_api.audit import Act, AuditEntry, digest_of_user
from bookingopt_api.documentation import Problem
from bookingopt_api.job_answers import Submission
from optimizer_core.plugins.hookspecs import PROJECT_NAME
from optimizer_core.wire import load_enquiry, load_problem
from tests.docs.blocks import ROOT, Block
from tests.docs.stack import stack_of, texts
from tooling.deploy.stage import Stage


def check_document(block: Block) -> None:
    """Judge a block by its language, and by what stands in it.

    Raises
    ------
    AssertionError
        If it is of no known kind, or not as what reads it wants it.
    ValueError
        If it cannot be read at all.
    """
    CHECKS[block.language](block.text)


def _json(text: str) -> None:
    found = json.loads(text)
    for key, judge in JSON_KINDS.items():
        if key in found:
            judge(text, found)
            return
    raise AssertionError(f"say in tests/docs/documents.py what a document with {sorted(found)} is")


def _submission(_text: str, found: Mapping[str, Any]) -> None:
    assert set(found) == set(Submission.model_fields)
    Submission.model_validate(found)


def _audit_line(_text: str, found: Mapping[str, Any]) -> None:
    assert set(found) == {"time", *AuditEntry(Act.READ).fields()}
    assert found["act"] in {act.value for act in Act}
    assert digest_of_user("seaview").startswith(found["user"].rstrip("…"))


def _toml(text: str) -> None:
    found = tomllib.loads(text)
    if set(found) <= {field.name for field in fields(Stage)}:
        for name in ("ca_file", "smtp_password_file", "smtp_ca_file"):
            if name in found:
                found[name] = Path(found[name])
        Stage(
            "page", **({"host": "page", "domain": "page.example", "registry": "r/", "tls": "given"} | found)
        )
        return
    groups = found["project"]["entry-points"]
    assert set(groups) == {PROJECT_NAME}, "backends are found in this group alone"
    assert all(target.endswith(".plugin") for target in groups[PROJECT_NAME].values())


def _ini(text: str) -> None:
    """Judge a file of variables: each is read by something, and arguments for a program are known to it."""
    for line in filter(None, text.splitlines()):
        name, equals, value = line.partition("=")
        assert equals, line
        assert name in stack_of().variables or name in texts("infra", "tooling"), f"nothing reads {name}"
        if name == "STATUS_ARGUMENTS":
            status = [sys.executable, str(ROOT / "infra/host/status.py"), "--help"]
            known = subprocess.run(status, capture_output=True, text=True, check=True).stdout
            assert set(re.findall(r"--[a-z-]+", value)) <= set(re.findall(r"--[a-z-]+", known)), value


CHECKS: dict[str, Callable[[str], None]] = {"json": _json, "toml": _toml, "ini": _ini}
"""What judges a document of each language."""
JSON_KINDS: dict[str, Callable[[str, Mapping[str, Any]], None]] = {
    "Rooms": lambda text, _found: _ignored(load_problem(text.encode())),
    "Requests": lambda text, _found: _ignored(load_enquiry(text.encode())),
    "act": _audit_line,
    "type": lambda _text, found: _ignored(Problem.model_validate(found, extra="forbid")),
    "job_id": _submission,
}
"""What judges a JSON document that has a certain field; the first that it has decides."""


def _ignored(_value: object) -> None:
    """Take the answer of a function that is asked for its errors only."""
