"""Production gets releases and nothing else; and whoever touches it says so twice."""

import pytest

from tooling.deploy import source
from tooling.deploy.site import Site
from tooling.deploy.stage import Stage
from tooling.images import Revision

COMMIT = "0123456789ab" + "0" * 28


def at(monkeypatch: pytest.MonkeyPatch, *tags: str, is_clean: bool = True) -> None:
    monkeypatch.setattr(source, "find_revision", lambda: Revision(COMMIT, tags, is_clean))


def test_staging_gets_whatever_is_checked_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at(monkeypatch)
    assert source.choose_release("", production=False) == "0123456789ab"
    at(monkeypatch, "v1.2.0", "v1.10.0", "note")
    assert source.choose_release("", production=False) in {"v1.2.0", "v1.10.0"}
    at(monkeypatch, is_clean=False)
    assert source.choose_release("mine", production=False) == "mine"
    assert "they are not deployed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tags", "is_clean", "named", "complaint"),
    [
        ((), True, "", "production gets releases"),
        (("note",), True, "note", "production gets releases"),
        (("v1.2.0",), True, "v1.3.0", r"with the tag v1\.3\.0 \(tags of this commit: v1\.2\.0\)"),
        (("v1.2.0",), False, "v1.2.0", "commit or stash"),
    ],
)
def test_production_gets_no_other(
    monkeypatch: pytest.MonkeyPatch, tags: tuple[str, ...], is_clean: bool, named: str, complaint: str
) -> None:
    at(monkeypatch, *tags, is_clean=is_clean)
    with pytest.raises(SystemExit, match=complaint):
        source.choose_release(named, production=True)


def test_production_gets_a_tagged_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "v1.2.0")
    assert source.choose_release("", production=True) == "v1.2.0"


@pytest.mark.parametrize("typed", ["", "y", "prod", "Production"])
def test_the_name_of_production_is_typed_or_nothing_happens(
    monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    stage = Stage(name="production", host="p", domain="p.example", images="stream", tls="given")
    monkeypatch.setattr("builtins.input", lambda _: typed)
    with pytest.raises(SystemExit, match="nothing was done"):
        source.confirm(Site(stage), "Deploy", "v1")
    monkeypatch.setattr("builtins.input", lambda _: "production ")
    source.confirm(Site(stage), "Deploy", "v1")


def test_nobody_there_to_type_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    stage = Stage(name="production", host="p", domain="p.example", images="stream", tls="given")
    with pytest.raises(SystemExit, match="nothing was done"):
        source.confirm(Site(stage), "Deploy", "v1")
    source.confirm(
        Site(Stage("lab", "p", "p.example", production=False, images="stream", tls="given")), "", ""
    )


def test_a_host_pulls_what_was_published_to_the_byte(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = Stage(
        name="lab", host="p", domain="p.example", registry="r.example:5000/x/", tls="given", production=False
    )
    digest = f"sha256:{'7' * 64}"
    monkeypatch.setattr(Site, "prepare", lambda _: None)
    source.bring(Site(stage, dry_run=True), "v1", {"api": digest, "worker": ""})
    printed = capsys.readouterr().out
    exact = f"r.example:5000/x/bookingopt-api@{digest}"
    assert f"docker pull --quiet {exact} && docker tag {exact} r.example:5000/x/bookingopt-api:v1" in printed
    assert "docker pull --quiet r.example:5000/x/bookingopt-worker:v1" in printed
    with pytest.raises(SystemExit, match="is no digest"):
        source.bring(Site(stage, dry_run=True), "v1", {"api": "sha256:7; true"})
