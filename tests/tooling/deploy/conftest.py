"""Stages whose hosts nobody reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from tooling.deploy.site import Site
from tooling.deploy.stage import Stage

STAGE = Stage(name="lab", host="lab", domain="lab.example", images="stream", tls="given", watching=())


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Return a site whose host is a folder of this machine: ssh runs its line here."""
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    made = Site(STAGE)
    monkeypatch.setattr(Site, "path", lambda _, *parts: "/".join((str(tmp_path / "srv"), *parts)))
    for name in ("upstream", "secrets", "base"):
        (tmp_path / "srv" / name).mkdir(parents=True)
    return made


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """Return the folder `/etc/nginx` of the site's nginx, whose templates are those of the base.

    Docker is a stand-in: what runs in the container runs here, and nginx is content with what it finds.
    """
    folder = tmp_path / "container"
    (folder / "conf.d").mkdir(parents=True)
    (folder / "templates").symlink_to(tmp_path / "srv/base/infra/nginx/templates")
    render = folder / "entrypoint"
    render.write_text(
        f"#!/bin/sh\ncd {folder}/templates && for one in *; do cp $one {folder}/conf.d/${{one%.*}}; done\n"
    )
    docker = tmp_path / "bin" / "docker"
    docker.write_text(
        "#!/bin/sh\n"
        'case "$1 $3" in "exec sh") ;; ps*) echo 7 && exit ;; compose*)\n'
        '  case $* in *" config "*) echo "{\\"services\\": {}}" ;; esac; exit ;; *) exit ;; esac\n'
        f'script=$(echo "$5" | sed -e "s|/etc/nginx|{folder}|g" -e "s|/docker-entrypoint.sh|{render}|")\n'
        'exec sh -c "$script"\n'
    )
    for program in (render, docker):
        program.chmod(0o755)
    return folder
