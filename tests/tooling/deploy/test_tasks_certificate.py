"""A given certificate is put in use on a host, or refused: the host's lines run here."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from invoke.context import Context

from tooling.deploy.tasks_certificate import install, issue
from tooling.shell import CommandFailed


@pytest.fixture
def site(tmp_path: Path, put_stage: Callable[..., None]) -> Path:
    """Return the folder of certificates of a host whose ssh runs lines on this machine."""
    folder = tmp_path / "srv"
    (folder / "certificates").mkdir(parents=True)
    (folder / "certificates" / "fullchain.pem").write_text("what was there\n")
    put_stage("lab", ssh='for last; do :; done\nexec sh -c "$last"', tls="given", folder=str(folder))
    docker = tmp_path / "bin" / "docker"
    docker.write_text("#!/bin/sh\n[ $1 != exec ]\n")  # no nginx runs there yet
    docker.chmod(0o755)
    return folder / "certificates"


def make(folder: Path, domain: str) -> tuple[str, str]:
    """Return the files of a new certificate for a domain and of its key."""
    chain, key = folder / f"{domain}.pem", folder / f"{domain}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "30", "-subj", f"/CN={domain}", "-addext", f"subjectAltName=DNS:{domain}",
         "-keyout", key, "-out", chain],
        check=True, capture_output=True,
    )  # fmt: skip
    return str(chain), str(key)


def test_a_certificate_for_the_domain_is_put_in_use(site: Path, tmp_path: Path) -> None:
    chain, key = make(tmp_path, "lab.example")
    install(Context(), "lab", chain, key)
    assert (site / "fullchain.pem").read_text() == Path(chain).read_text()
    assert (site / "privkey.pem").read_text() == Path(key).read_text()
    assert sorted(path.name for path in site.iterdir()) == ["fullchain.pem", "privkey.pem"]


def test_nginx_tests_it_before_it_takes_it_up(
    site: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A key may be good in itself, and too weak for nginx."""
    docker, calls = tmp_path / "bin" / "docker", tmp_path / "calls"
    docker.write_text(f'#!/bin/sh\necho "$*" >>{calls}\ncase $1 in ps) echo 7 ;; esac\n')
    first = make(tmp_path, "lab.example")
    install(Context(), "lab", *first)
    chain = (site / "fullchain.pem").read_text()
    asked = [line for line in calls.read_text().splitlines() if "nginx -" in line]
    assert asked == ["exec 7 nginx -t -q", "exec 7 nginx -s reload -q"]

    docker.write_text('#!/bin/sh\ncase "$*" in ps*) echo 7 ;; *reload*) exit ;; *) exit 1 ;; esac\n')
    capfd.readouterr()
    with pytest.raises(CommandFailed):
        install(Context(), "lab", *make(tmp_path, "lab.example"))
    assert "nginx does not accept it; nothing was changed" in capfd.readouterr().err
    assert (site / "fullchain.pem").read_text() == chain
    assert sorted(path.name for path in site.iterdir()) == ["fullchain.pem", "privkey.pem"]


@pytest.mark.parametrize("fault", ["another name", "another key"])
def test_one_that_does_not_fit_leaves_what_was_there(
    site: Path, tmp_path: Path, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    other_chain, other_key = make(tmp_path, "other.example")
    chain = other_chain if fault == "another name" else make(tmp_path, "lab.example")[0]
    with pytest.raises(CommandFailed):
        install(Context(), "lab", chain, other_key)
    assert "nothing was changed" in capfd.readouterr().err
    assert (site / "fullchain.pem").read_text() == "what was there\n"
    assert [path.name for path in site.iterdir()] == ["fullchain.pem"]


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), ("é", "cannot be read"), ("a certificate", "is not PEM")],
)
def test_a_file_that_is_no_certificate_is_told_before_the_host_is_reached(
    site: Path, tmp_path: Path, content: str | None, message: str
) -> None:
    chain, key = make(tmp_path, "lab.example")
    wrong = tmp_path / "wrong.pem"
    if content is not None:
        wrong.write_text(content, encoding="utf-8")
    for files, flag in (((str(wrong), key), "--chain"), ((chain, str(wrong)), "--key")):
        with pytest.raises(SystemExit, match=f"{flag} .*wrong.pem: {message}.*nothing was done"):
            install(Context(), "lab", *files)
    assert [path.name for path in site.iterdir()] == ["fullchain.pem"]


@pytest.mark.usefixtures("site")
def test_an_authority_is_not_asked_where_the_certificate_is_given() -> None:
    with pytest.raises(SystemExit, match="does not come from an authority"):
        issue(Context(), "lab")
