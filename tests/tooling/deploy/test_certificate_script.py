"""The script that gets a certificate on a host: what it reads and puts in place, and what nginx is told."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tooling.shell import ROOT

Script = Callable[[], subprocess.CompletedProcess[str]]

# Runs here what would run in a container, on folders of the test; certbot and nginx do as the test says.
DOCKER = """#!/bin/sh
echo "$*" >>{place}/calls
case "$*" in
*certonly*) exit $(cat {place}/certbot) ;;
*--entrypoint\\ sh*)
    while [ "$1" != -c ]; do shift; done
    script=$(echo "$2" | sed -e "s|/etc/l|{place}/l|g" -e "s|/certificates|{certificates}|g")
    shift 2
    exec sh -c "$script" "$@"
    ;;
ps*) echo 7 ;;
*nginx\\ -t*) exit $(cat {place}/nginx) ;;
esac
"""


class Place:
    """A host of the test.

    Parameters
    ----------
    folder
        What belongs to it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificates = folder / "certificates"
        self.live = folder / "letsencrypt" / "live" / "lab.example"

    def issue(self, number: int) -> None:
        """Let the authority have given a certificate, which certbot keeps."""
        self.live.mkdir(parents=True, exist_ok=True)
        make(self.live, number)

    def calls(self) -> str:
        """Return what Docker was told since the last time."""
        file = self.folder / "calls"
        told = file.read_text() if file.is_file() else ""
        file.write_text("")
        return told

    def is_installed(self) -> bool:
        """Return whether nginx would find what the authority gave last."""
        names = ("fullchain.pem", "privkey.pem")
        return all((self.certificates / n).read_bytes() == (self.live / n).read_bytes() for n in names)


def make(folder: Path, number: int, days: int = 60) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", str(days), "-set_serial", str(number), "-subj", "/CN=lab.example",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return a host that has a certificate of its own making, and an authority that gives nothing yet."""
    made = Place(tmp_path)
    made.certificates.mkdir()
    make(made.certificates, 1)
    (tmp_path / "stage.env").write_text(
        "SERVER_NAME=lab.example\nTLS_METHOD=letsencrypt\nTLS_EMAIL=a@b.example\n"
        f"CERTIFICATES_DIR={made.certificates}\nACME_DIRECTORY=\n"
    )
    (tmp_path / "certbot").write_text("0")
    (tmp_path / "nginx").write_text("0")
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER.format(place=tmp_path, certificates=made.certificates))
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(docker.parent), prepend=":")
    return made


@pytest.fixture
def script(place: Place) -> Script:
    """Return what runs the script where a deployment puts it."""
    program = place.folder / "base" / "infra" / "host" / "certificate.sh"
    program.parent.mkdir(parents=True)
    program.write_text((ROOT / "infra/host/certificate.sh").read_text())

    def call() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", program], check=False, capture_output=True, text=True)

    return call


def test_settings_are_read_and_never_run(place: Place, script: Script) -> None:
    place.issue(2)
    touched = place.folder / "touched"
    (place.folder / "settings.env").write_text(
        f"MOTTO=$(touch {touched})\nOTHER=`touch {touched}`\ntouch {touched}\n"
        "TLS_EMAIL='first@b.example'\n"
        'export TLS_EMAIL="ops@b.example" # who is told\n'
        "CERTBOT_IMAGE=own/certbot:1  # ours\nCERTBOT_NETWORK=host\r\n"
    )
    done = script()
    assert done.returncode == 0, done.stderr
    assert not touched.exists()
    (call,) = [line for line in place.calls().splitlines() if "certonly" in line]
    assert "--email ops@b.example " in call
    assert " own/certbot:1 certonly" in call
    assert "--network host " in call
    assert "--server" not in call
    assert "--domain lab.example " in call


def test_a_new_certificate_is_put_in_place_and_taken_up_once(place: Place, script: Script) -> None:
    place.issue(2)
    assert "a new certificate is in use" in script().stdout
    assert place.is_installed()
    assert "nginx -s reload" in place.calls()
    assert script().stdout == "certificate: the certificate is still valid\n"
    assert "nginx" not in place.calls()


def test_one_that_was_obtained_but_never_put_in_place_is_found(place: Place, script: Script) -> None:
    """Killed between the two: the authority has given it, and certbot sees nothing that is due."""
    place.issue(2)
    script()
    place.issue(3)
    assert "a new certificate is in use" in script().stdout
    assert place.is_installed()
    assert sorted(path.name for path in place.certificates.iterdir()) == [
        "fullchain.pem",
        "in-use",
        "privkey.pem",
    ]


def test_one_that_nginx_did_not_take_up_is_offered_again(place: Place, script: Script) -> None:
    place.issue(2)
    (place.folder / "nginx").write_text("1")
    assert script().returncode == 1
    assert "reload" not in place.calls()
    (place.folder / "nginx").write_text("0")
    assert "a new certificate is in use" in script().stdout
    assert "reload" in place.calls()


def test_an_authority_that_is_away_is_an_error_only_when_it_is_urgent(place: Place, script: Script) -> None:
    (place.folder / "certbot").write_text("1")
    never = script()
    assert (never.returncode, "no certificate could be obtained" in never.stdout) == (1, True)
    place.issue(2)
    good = script()
    assert (good.returncode, "valid for 14 days or more" in good.stdout) == (0, True)
    make(place.live, 3, days=10)
    urgent = script()
    assert (urgent.returncode, "expires within 14 days" in urgent.stdout) == (1, True)


def test_a_stage_with_another_kind_of_certificate_asks_nobody(place: Place, script: Script) -> None:
    (place.folder / "settings.env").write_text("TLS_METHOD=given\n")
    assert "nothing to do" in script().stdout
    assert place.calls() == ""
