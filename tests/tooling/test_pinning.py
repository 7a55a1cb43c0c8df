"""Which bytes of others run stands in git, and a tag that moves changes nothing by itself."""

from pathlib import Path

import pytest
from invoke.context import Context

from tooling import pinning
from tooling.shell import ROOT

OLD, NEW = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
TEXT = """\
services:
  nginx:
    image: ${NGINX_IMAGE:-nginx/some-image:1.30}
  prometheus:
    image: ${PROMETHEUS_IMAGE:-prom/prometheus:v3.5.3@OLD}
  uptime:
    image: ${PROMETHEUS_IMAGE:-prom/prometheus:v3.5.3@OLD}
  api:
    image: ${API_IMAGE:-bookingopt-api:latest}
    environment: {LEVEL: "${LOG_LEVEL:-info}", ADDRESS: "${ADDRESS:-127.0.0.1}"}
""".replace("OLD", OLD)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the registry was asked for; it has one digest for everything."""
    found: list[str] = []

    def ask(command: list[str], **_: object) -> str:
        found.append(command[-1])
        return NEW

    monkeypatch.setattr(pinning, "ask", ask)
    return found


def test_each_image_of_others_gets_the_digest_of_today(asked: list[str]) -> None:
    made = pinning.pinned(TEXT)
    assert asked == ["nginx/some-image:1.30", "prom/prometheus:v3.5.3"], "each is asked for once"
    assert made.count(f"@{NEW}}}") == 3
    assert OLD not in made
    assert "bookingopt-api:latest}" in made, "ours are named by a release"
    assert pinning.pinned(made) == made


def test_a_change_is_proposed_and_none_is_not(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(pinning, "run", lambda command, **_: commands.append(command))
    monkeypatch.setattr(pinning, "ROOT", tmp_path)
    monkeypatch.setattr(pinning, "FILES", ("compose.yaml",))
    (tmp_path / "compose.yaml").write_text(TEXT)
    pinning.pin(Context(), propose=True)
    assert [command[:2] for command in commands[:3]] == [["git", "switch"], ["git", "add"], ["git", "commit"]]
    assert "changed: compose.yaml" in capsys.readouterr().out
    commands.clear()
    asked.clear()
    pinning.pin(Context(), propose=True)
    assert commands == []
    assert "every image is what its tag means today" in capsys.readouterr().out


def test_every_image_of_the_compose_files_is_found() -> None:
    found = [
        match["tag"] for file in pinning.FILES for match in pinning._IMAGE.finditer((ROOT / file).read_text())
    ]
    lines = [line for file in pinning.FILES for line in (ROOT / file).read_text().splitlines()]
    assert len(found) == len([line for line in lines if "image: ${" in line]) > 10
    assert pinning.plain(f"nginx:1.30@{OLD}") == "nginx:1.30"
