"""A worker host gets what the host of its stage has, and nothing that it does not need."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from job_ledger import redis_store
from tests.tooling.deploy.conftest import STAGE
from tooling.authority import AUTHORITY, client_name, make_authority
from tooling.deploy.site import Site
from tooling.deploy.stage import WorkerHost
from tooling.deploy.worker_site import WorkerSite, update_workers
from tooling.shell import ROOT, CommandFailed
from tooling.stack import make_secrets

WORKER = WorkerHost("worker2", "deploy@worker2.example", "192.0.2.3")
STAGE_WITH_WORKER = replace(STAGE, redis_address="192.0.2.2", workers=(WORKER,))
SENT = {
    "queue_secret",
    "redis_password_remote",
    "redis_url_worker",
    f"{AUTHORITY}.pem",
    "redis_tls_client.pem",
    "redis_tls_client.key",
}
DOCKER = """#!/bin/sh
# An engine in a folder: which colors run, its calls, and whose workers the ledger has heard of.
cd {folder}
echo "$*" >>calls
case "$*" in
*zrange*) cat heard 2>/dev/null ;;
"image inspect"*) cat image-$WHERE 2>/dev/null ;;
save*) echo image ;;
load*) cat >/dev/null; cp image-main image-worker ;;
*compose*up*)
    [ ! -e unhealthy ] || exit 1
    echo "$*" | grep -o 'project-name bookingopt-[a-z]*' >>started
    touch new ;;
ps*-green*) [ ! -e new ] || echo abc123 ;;
esac
exit 0
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkerSite:
    """Return a worker host beside the host of its stage: both are folders of this machine."""
    programs, main, other = (tmp_path / name for name in ("bin", "main", "other"))
    programs.mkdir()
    (programs / "ssh").write_text(
        "#!/bin/sh\nfor last; do :; done\nexport WHERE=main\n"
        'case "$*" in *" deploy@worker2.example "*)\n'
        f'    export WHERE=worker; last=$(echo "$last" | sed "s|{main}|{other}|g") ;; esac\n'
        'exec sh -c "$last"\n'
    )
    (programs / "docker").write_text(DOCKER.format(folder=tmp_path))
    (programs / "env").write_text(
        '#!/bin/sh\nwhile case $1 in *=*) ;; *) false ;; esac; do shift; done\nexec "$@"\n'
    )
    for program in programs.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setattr(Site, "path", lambda _, *parts: "/".join((str(main), *parts)))
    monkeypatch.setattr("tooling.deploy.worker_site.SEEN_TRIES", 1)
    for folder in (main, other):
        (folder / "secrets").mkdir(parents=True)
    (main / "releases/v1/infra").mkdir(parents=True)
    (main / "releases/v1/infra/compose.yaml").write_text("of v1\n")
    (main / "settings.env").write_text("JOB_LEASE=20\n")
    make_secrets(main / "secrets")
    make_authority(main / "secrets", "192.0.2.2", ["worker2"])
    (tmp_path / "image-main").write_text("sha256:1\n")
    (tmp_path / "heard").write_text("abc123-1\n")
    return WorkerSite(Site(STAGE_WITH_WORKER), WORKER)


def test_it_gets_the_files_the_settings_and_the_secrets_of_a_worker(
    worker: WorkerSite, tmp_path: Path
) -> None:
    worker.update("v1", "green")
    main, other = tmp_path / "main", tmp_path / "other"
    assert (other / "releases/v1/infra/compose.yaml").read_text() == "of v1\n"
    assert (other / "settings.env").read_text() == "JOB_LEASE=20\n"
    assert {path.name for path in (other / "secrets").iterdir()} == SENT
    own = f"{client_name('worker2')}.pem"
    assert (other / "secrets/redis_tls_client.pem").read_text() == (main / "secrets" / own).read_text()
    assert (other / "secrets/redis_url_worker").read_text() == "rediss://remote@192.0.2.2:6380/0\n"
    assert f"SECRETS_DIR={main}/secrets\n" in (other / "stage.env").read_text()
    assert (other / "worker.env").read_text() == ""
    assert (tmp_path / "image-worker").read_text() == "sha256:1\n"
    assert (tmp_path / "started").read_text() == "project-name bookingopt-green\n"


def test_an_image_that_is_there_is_not_copied(worker: WorkerSite, tmp_path: Path) -> None:
    (tmp_path / "image-worker").write_text("sha256:1\n")
    worker.update("v1", "green")
    assert "load" not in (tmp_path / "calls").read_text()


@pytest.mark.parametrize("trouble", ["unhealthy", "unheard"])
def test_workers_that_are_not_well_are_removed_and_those_of_before_run_on(
    worker: WorkerSite, tmp_path: Path, trouble: str
) -> None:
    if trouble == "unheard":
        (tmp_path / "heard").write_text("another-1\n")
    else:
        (tmp_path / "unhealthy").touch()
    with pytest.raises(CommandFailed):
        worker.update("v1", "green")
    removed = re.findall(r"^ps --all .*bookingopt-(\w+)", (tmp_path / "calls").read_text(), re.MULTILINE)
    assert set(removed) == {"green"}


def test_after_it_is_known_to_the_ledger_the_other_color_stops(worker: WorkerSite, tmp_path: Path) -> None:
    worker.update("v1", "green")
    calls = (tmp_path / "calls").read_text()
    assert calls.index("zrange") < calls.index(
        "ps --all --quiet --filter label=com.docker.compose.project=bookingopt-blue"
    )
    assert "project=bookingopt-green" not in calls.partition("ps --all")[2]


def test_no_secret_is_printed_or_an_argument(
    worker: WorkerSite, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    worker.update("v1", "green")
    shown = capfd.readouterr().out + (tmp_path / "calls").read_text()
    for name in ("queue_secret", "redis_password_remote", "redis_password_worker"):
        assert (tmp_path / "main/secrets" / name).read_text().strip() not in shown


def test_what_went_wrong_is_told_with_the_remedy_and_a_new_host_is_left_alone(
    worker: WorkerSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert update_workers(worker.site, "v1", "green") == []
    assert (
        "note: worker2 has no workers yet: ./run invoke workers.deploy lab --host worker2"
        in capsys.readouterr().out
    )
    worker.update("v1", "green")
    assert update_workers(worker.site, "v1", "green") == []
    (tmp_path / "unhealthy").touch()
    (trouble,) = update_workers(worker.site, "v1", "green")
    assert trouble.startswith("worker2: ")
    assert trouble.endswith("what ran there continues; then: ./run invoke workers.deploy lab --host worker2")


@pytest.mark.parametrize(
    ("rows", "release", "is_good", "calls"),
    [
        ("abc123 bookingopt-worker:v1", "v1", True, "v1; 1 of 1 containers healthy, 1 known to the ledger"),
        ("abc123 bookingopt-worker:v1", "v2", False, "v1; 1 of 1 containers healthy"),
        ("def456 bookingopt-worker:v1", "v1", False, "0 known to the ledger"),
        ("", "v1", False, "nothing; 0 of 1 containers healthy"),
    ],
)
def test_a_look_says_what_runs_and_whether_the_ledger_knows_it(
    worker: WorkerSite, tmp_path: Path, rows: str, release: str, is_good: bool, calls: str
) -> None:
    docker = tmp_path / "bin" / "docker"
    docker.write_text(
        docker.read_text().replace("*zrange*)", f"*format*healthy*) echo '{rows}' ;;\n*zrange*)")
    )
    found, line = worker.look(release)
    assert (found, line.startswith("worker2: ")) == (is_good, True)
    assert calls in line


def test_one_that_is_not_reached_is_no_good(worker: WorkerSite, tmp_path: Path) -> None:
    (tmp_path / "bin" / "ssh").write_text("#!/bin/sh\nexit 255\n")
    assert worker.look("v1")[0] is False
    assert not worker.is_prepared()
    with pytest.raises(CommandFailed):
        worker.is_deployed()


def test_the_ledger_keeps_its_workers_where_they_are_looked_for() -> None:
    assert redis_store.__file__ is not None
    folder = Path(redis_store.__file__).parent
    program = (ROOT / "tooling/deploy/worker_site.py").read_text()
    assert "zrange bookingopt:workers " in program
    assert "key('workers')" in (folder / "lua" / "announce.lua").read_text()
    assert re.search(
        r"['\"]bookingopt:",
        (folder / "lua/prelude.lua").read_text() + (folder / "redis_store.py").read_text(),
    )
