"""What running text names is there: commands, paths of the API, settings."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bookingopt_api.settings import ApiSettings
from bookingopt_worker.settings import WorkerSettings
from tests.docs.blocks import ROOT, Block, blocks, inline, pages
from tests.docs.programs import CHECKS, check_mention
from tests.docs.stack import texts
from tooling.api_reference import description

OF_OTHERS = frozenset({"DOCKER_HOST"})
"""Settings that programs of others read."""
MADE = ("docs/_build", "infra/secrets", "infra/nginx/certificates")
"""What tools make begins like this."""
METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
# Decisions are never changed: what they name may be gone by now.
LIVING = [page for page in pages() if not page.startswith("docs/decisions/")]

_SETTING = re.compile(r"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=.*)?")
_FILE = re.compile(r"(?:packages|tests|tooling|infra|examples|docs)/[\w./*-]+")
_JOB = "/api/v1/jobs/{job_id}"


@pytest.mark.parametrize("page", LIVING)
def test_commands_in_running_text_are_there(page: str) -> None:
    for mention in _beginning(page, frozenset(CHECKS)):
        try:
            check_mention(mention.text)
        except (AssertionError, ValueError) as error:
            raise AssertionError(f"{mention}: {mention.text}\n{error}") from error


@pytest.mark.parametrize("page", LIVING)
def test_paths_in_running_text_are_paths_of_the_api(page: str) -> None:
    for mention in _beginning(page, METHODS):
        method, path = mention.text.split()[:2]
        asked = path.replace("...", _JOB, 1) if path.startswith("...") else path
        assert any(_is_path(asked, known) for known in paths(method)), f"{mention}: {mention.text}"


@pytest.mark.parametrize("page", LIVING)
def test_settings_in_running_text_are_read_by_something(page: str) -> None:
    for mention in inline(page):
        setting = _SETTING.fullmatch(mention.text)
        if setting is not None and setting[1] not in OF_OTHERS:
            name = setting[1].removesuffix("_FILE")
            known = (
                name.lower() in settings() or name in texts("packages", "tooling", "infra") or name in root()
            )
            assert known, f"{mention}: nothing reads {setting[1]}"


@pytest.mark.parametrize("page", LIVING)
def test_files_in_running_text_are_there(page: str) -> None:
    found = [mention for mention in inline(page) if _FILE.fullmatch(mention.text)]
    wanted = [mention for mention in found if not mention.text.startswith(MADE)]
    saved = {block.name for block in blocks(page)}
    places = (ROOT, (ROOT / page).parent)
    missing = [
        f"{mention}: {mention.text}"
        for mention in wanted
        if mention.text not in saved and not any(any(place.glob(mention.text)) for place in places)
    ]
    assert missing == []


def test_a_command_that_is_not_there_is_noticed() -> None:
    for wrong in (
        "bookingopt plan",
        "bookingopt optimize FILE --faster",
        "./run invoke deploy.moon",
        "./run invoke redis.prune --keep-months 2",
        "nox -s speed",
        "docker restart $(of mail)",
        "docker compose -f infra/compose.moon.yaml up",
        "docker compose -f infra/compose.yaml up --quickly",
        "systemctl start bookingopt-coffee.service",
        "docker exec CONTAINER bookingopt-api keys create --colour red",
        "rm -rf everything",
    ):
        with pytest.raises((AssertionError, ValueError)):
            check_mention(wrong)


@cache
def paths(method: str) -> tuple[str, ...]:
    """Return the templates of the paths that take a method; the operator's page and figures included."""
    found = description()["paths"]
    return (*(path for path, item in found.items() if method.lower() in item), "/metrics")


@cache
def settings() -> frozenset[str]:
    """Return the settings of both services."""
    return frozenset({*ApiSettings.model_fields, *WorkerSettings.model_fields})


@cache
def root() -> str:
    """Return what the programs at the root say."""
    files = (
        "conftest.py",
        "noxfile.py",
        "run",
        "packages/optimizer-core/src/optimizer_core/plugins/manager.py",
    )
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in files)


def _beginning(page: str, words: frozenset[str]) -> list[Block]:
    return [block for block in inline(page) if " " in block.text and block.text.split()[0] in words]


def _is_path(asked: str, known: str) -> bool:
    """Return whether a path is of a template; what stands in braces or in capitals may be anything."""
    pieces = asked.partition("?")[0].split("/"), known.split("/")
    if len(pieces[0]) != len(pieces[1]):
        return asked.endswith("...") and known.startswith(asked.removesuffix("..."))
    return all(
        one == other or "{" in other or (other and one in {"JOB_ID", "..."})
        for one, other in zip(*pieces, strict=True)
    )
