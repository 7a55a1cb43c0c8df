"""Only a release is handed to others, under names that say what it is."""

from pathlib import Path

import pytest
from invoke.context import Context

from tooling import publish
from tooling.images import Revision

COMMIT = "0123456789ab" + "0" * 28


def pushed(monkeypatch: pytest.MonkeyPatch, revision: Revision, registry: str = "ghcr.io/owner/") -> None:
    monkeypatch.setattr(publish, "find_revision", lambda: revision)
    publish.images(Context(), registry=registry, dry_run=True)


def test_a_release_is_pushed_as_it_was_tested_and_its_digests_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """By commit and by version; nothing is built on the way."""
    ran: list[str] = []
    digest = f"sha256:{'7' * 64}"

    def ask(command: list[str], **_: object) -> str:
        name = command[-1].rpartition(":")[0]
        return f"{name}@{digest}\nelsewhere/x@sha256:0" if "println" in command[-2] else "sha256:one"

    monkeypatch.setattr(publish, "ask", ask)
    monkeypatch.setattr(publish, "run", lambda command, **_: ran.append(" ".join(command)))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setattr(
        publish, "find_revision", lambda: Revision(COMMIT, ("v1.2.0", "other"), is_clean=True)
    )
    publish.images(Context(), registry="ghcr.io/owner/")
    assert not [line for line in ran if "build" in line]
    for program in ("api", "worker"):
        for tag in ("0123456789ab", "v1.2.0"):
            assert f"docker push --quiet ghcr.io/owner/bookingopt-{program}:{tag}" in ran
    told = f"api={digest}\nworker={digest}\n"
    assert capsys.readouterr().out == told == (tmp_path / "output").read_text()


def test_what_was_not_tested_is_not_pushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests run what is called `latest` on their machine."""
    monkeypatch.setattr(publish, "find_revision", lambda: Revision(COMMIT, ("v1.2.0",), is_clean=True))
    monkeypatch.setattr(publish, "ask", lambda command, **_: command[-1])
    with pytest.raises(SystemExit, match="which was tested, is not bookingopt-api:v1"):
        publish.images(Context(), registry="ghcr.io/owner/")


@pytest.mark.parametrize(
    ("revision", "registry", "complaint"),
    [
        (Revision(COMMIT, (), is_clean=True), "ghcr.io/owner/", "has no tag vX.Y.Z"),
        (Revision(COMMIT, ("v1.2.0",), is_clean=False), "ghcr.io/owner/", "commit the changes"),
        (Revision(COMMIT, ("v1.2.0",), is_clean=True), "ghcr.io/owner", "must end in /"),
    ],
)
def test_what_is_no_release_is_not_pushed(
    monkeypatch: pytest.MonkeyPatch, revision: Revision, registry: str, complaint: str
) -> None:
    with pytest.raises(SystemExit, match=complaint):
        pushed(monkeypatch, revision, registry)
