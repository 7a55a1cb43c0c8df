"""What is done on a host goes through ssh: a stand-in for it runs the line here."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tooling.deploy.host import Host, HostIsBusy
from tooling.shell import CommandFailed


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """Return a host whose ssh runs the line in a folder of this machine."""
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    (tmp_path / "there").mkdir()
    program.write_text(f'#!/bin/sh\nfor last; do :; done\ncd "{tmp_path}/there" && exec sh -c "$last"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return Host("somewhere")


def test_a_dry_run_names_the_host_once_and_says_what_would_be_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    host = Host("somewhere", dry_run=True, running="running.lock")
    host.run("rm -r things")
    with host.lock("deploy.lock", "a test"):
        host.write("file", "text")
        host.append("log", "line")
    host.send(["infra"], "releases/v1")
    host.load(["image:tag"])
    assert host.ask("docker ps", assumed="7") == "7"
    assert capsys.readouterr().out.splitlines() == [
        "on somewhere:",
        "  would run: rm -r things",
        "  would take the lock deploy.lock",
        "  would write file",
        "  would append to log",
        "  would send infra to releases/v1",
        "  would send the images image:tag",
        "  would run: docker ps",
    ]


def test_a_dry_run_reads_files_and_asks_a_host_that_is_away_once(
    host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there" / "log").write_text("one\n")
    dry = replace(host, dry_run=True)
    assert dry.read("log") == host.read("log") == "one"
    assert dry.read("none") == host.read("none") == ""
    (tmp_path / "bin" / "ssh").write_text("#!/bin/sh\necho asked >>$0.asked\nexit 255\n")
    assert [dry.read("log"), dry.read("log")] == ["", ""]
    assert (tmp_path / "bin" / "ssh.asked").read_text() == "asked\n"
    assert capsys.readouterr().out.count("somewhere cannot be reached") == 1
    with pytest.raises(CommandFailed):
        host.read("log")


def test_a_file_is_written_whole_with_its_mode(host: Host, tmp_path: Path) -> None:
    host.write("it's.conf", "a\nb\n", mode="0640")
    path = tmp_path / "there" / "it's.conf"
    assert path.read_text() == "a\nb\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [found.name for found in path.parent.iterdir()] == ["it's.conf"]


def test_a_line_is_appended(host: Host, tmp_path: Path) -> None:
    host.append("log", "one")
    host.append("log", "two")
    assert (tmp_path / "there" / "log").read_text() == "one\ntwo\n"


def test_files_of_the_last_commit_are_sent(host: Host, tmp_path: Path) -> None:
    host.send(["infra/stages"], "releases/v1")
    assert (tmp_path / "there/releases/v1/infra/stages/staging.toml").is_file()


def test_an_answer_comes_back_and_a_failure_is_told(host: Host) -> None:
    assert host.ask("echo blue") == "blue"
    with pytest.raises(CommandFailed):
        host.run("exit 4")


def test_a_lock_keeps_a_second_one_out_and_tells_who_holds_it(host: Host) -> None:
    with (
        host.lock("deploy.lock", "v2 by somebody"),
        pytest.raises(HostIsBusy, match="v2 by somebody"),
        host.lock("deploy.lock", "v3 by another"),
    ):
        pytest.fail("two at once")
    with host.lock("deploy.lock", "v3 by another"):
        pass


def test_a_lock_ends_with_the_process_that_held_it(host: Host, tmp_path: Path) -> None:
    """A deployment that was killed keeps nobody out."""
    script = (
        "import time\nfrom tooling.deploy.host import Host\n"
        "with Host('somewhere').lock('deploy.lock', 'killed'):\n"
        "    print('mine', flush=True)\n    time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=root, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        while holder.stdout.readline().strip() != "mine":
            assert holder.poll() is None
        with pytest.raises(HostIsBusy, match="killed"), host.lock("deploy.lock", "another"):
            pytest.fail("two at once")
        holder.kill()
    subprocess.run(["flock", "--wait", "10", tmp_path / "there" / "deploy.lock", "true"], check=True)


def test_what_a_killed_holder_left_is_put_in_order_before_the_next_one(host: Host, tmp_path: Path) -> None:
    """By the process on the host: the one that was killed can do nothing more."""
    script = (
        "import time\nfrom tooling.deploy.host import Host\n"
        "with Host('somewhere').lock('deploy.lock', 'killed', afterwards='sleep 1; touch tidy'):\n"
        "    print('mine', flush=True)\n    time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=root, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        while holder.stdout.readline().strip() != "mine":
            assert holder.poll() is None
        holder.kill()
    lock = tmp_path / "there" / "deploy.lock"
    wait = ["sh", "-c", f"until grep -q '^putting' {lock} || [ -e {lock.parent}/tidy ]; do sleep 0.05; done"]
    subprocess.run(wait, check=True, timeout=30)
    with host.lock("deploy.lock", "the next"):
        assert (tmp_path / "there" / "tidy").exists()


def test_whoever_takes_the_lock_waits_for_commands_that_still_run(host: Host, tmp_path: Path) -> None:
    """A command goes on after the deployment that began it was killed."""
    noted = replace(host, running="running.lock")
    there = tmp_path / "there"
    with subprocess.Popen(noted.ssh(noted._noted("touch begun; while [ ! -e go ]; do sleep 0.05; done"))):
        wait = ["sh", "-c", "until [ -e begun ]; do sleep 0.05; done"]
        subprocess.run(wait, cwd=there, check=True, timeout=10)
        busy = ["flock", "--nonblock", "running.lock", "true"]
        assert subprocess.run(busy, cwd=there, check=False).returncode == 1
        (there / "go").touch()
        with noted.lock("deploy.lock", "another"):
            assert subprocess.run(busy, cwd=there, check=False).returncode == 0


def test_a_host_that_was_not_prepared_says_what_to_do(host: Host) -> None:
    with (
        pytest.raises(HostIsBusy, match=r"not prepared: \./run invoke host\.bootstrap"),
        host.lock("no/x", "a"),
    ):
        pytest.fail("no lock")
