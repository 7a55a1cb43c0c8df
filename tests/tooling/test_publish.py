"""Only a release is handed to others, under names that say what it is."""

import pytest
from invoke.context import Context

from tooling import publish
from tooling.images import Revision

COMMIT = "0123456789ab" + "0" * 28


def pushed(monkeypatch: pytest.MonkeyPatch, revision: Revision, registry: str = "ghcr.io/owner/") -> None:
    monkeypatch.setattr(publish, "find_revision", lambda: revision)
    publish.images(Context(), registry=registry, dry_run=True)


def test_a_release_is_pushed_with_what_is_in_it_and_where_it_comes_from(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pushed(monkeypatch, Revision(COMMIT, ("v1.2.0", "other"), is_clean=True))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    for line, program in zip(lines, ("api", "worker"), strict=True):
        assert "--push" in line
        assert "--sbom=true --provenance=mode=max" in line
        names = [word for word in line.split() if word.startswith("ghcr.io/")]
        image = f"ghcr.io/owner/bookingopt-{program}"
        assert names == [f"{image}:0123456789ab", f"{image}:v1.2.0"]


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
