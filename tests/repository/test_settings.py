"""What the services can be told is the same in the classes, in .env.example and on the page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr

from bookingopt_api.settings import ApiSettings
from bookingopt_worker.settings import WorkerSettings
from job_ledger.child_process import WITHHELD
from job_ledger.settings import LedgerSettings

Row = tuple[str, str, str]


def _rows(kind: type[LedgerSettings], without: type[LedgerSettings] | None = None) -> list[Row]:
    """Return name, default and meaning of each setting, in the order of the class."""
    inherited = {} if without is None else without.model_fields
    return [
        (name.upper(), "none" if field.default is None else str(field.default), field.description or "")
        for name, field in kind.model_fields.items()
        if name not in inherited
    ]


SHARED = _rows(LedgerSettings)
API = _rows(ApiSettings, without=LedgerSettings)
WORKER = _rows(WorkerSettings, without=LedgerSettings)


@pytest.mark.parametrize("row", [*SHARED, *API, *WORKER], ids=lambda row: row[0])
def test_every_setting_has_a_meaning_of_one_sentence(row: Row) -> None:
    _, _, meaning = row
    assert meaning.endswith(".")
    assert "\n" not in meaning


def test_no_setting_means_two_things() -> None:
    names = [name for name, _, _ in [*SHARED, *API, *WORKER]]
    assert sorted(set(names)) == sorted(names)


def test_solvers_are_told_no_setting_that_is_kept_secret() -> None:
    """Neither its value nor the place of its file; secret by its type, or because it is not to be shown."""
    fields = LedgerSettings.model_fields | ApiSettings.model_fields | WorkerSettings.model_fields
    secret = {
        name.upper()
        for name, field in fields.items()
        if not field.repr or SecretStr in _types_of(field.annotation)
    }
    assert {name + suffix for name in secret for suffix in ("", "_FILE")} == WITHHELD


def _types_of(annotation: Any) -> Iterator[Any]:
    """Yield a type and all that it is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from _types_of(part)


def test_the_example_has_every_setting_with_its_default_and_no_other(root: Path) -> None:
    text, _, _ = (root / ".env.example").read_text().partition("# == The stack in containers ==")
    told = re.findall(r"^# (.+)\n#([A-Z_]+)=(.*)$", text, re.MULTILINE)
    wanted = [(meaning, name, default) for name, default, meaning in [*SHARED, *API, *WORKER]]
    assert told == wanted
    active = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert active == [], "the example as it is changes nothing"


def test_the_page_has_every_setting_with_its_default_and_no_other(root: Path) -> None:
    page = (root / "docs" / "reference" / "settings.md").read_text()
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    for title, rows in {"Both services": SHARED, "The API": API, "The worker": WORKER}.items():
        told = re.findall(r"^\| `([A-Z_]+)` \| `(.+?)` \| (.+) \|$", sections[title], re.MULTILINE)
        assert told == rows, title
