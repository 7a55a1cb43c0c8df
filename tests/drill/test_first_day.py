"""What a host does by itself after one preparation and one deployment, as the pages describe them."""

from __future__ import annotations

import pytest

from tests.drill import mailbox
from tests.drill.checklist import failed_rows
from tests.drill.world import NETWORK, World, tell, wait_until

pytestmark = pytest.mark.integration

TIMERS = ("backup", "certificate", "status")
TEST_MESSAGE = "python3 /srv/bookingopt/base/infra/host/try_alert.py"
ROW = "the mail server accepts a test message"


def test_backup_certificate_and_status_run_without_a_second_preparation(
    world: World, releases: dict[str, str]
) -> None:
    world.need_deployed("production", releases["first"])
    names = " ".join(f"bookingopt-{name}.timer" for name in TIMERS)
    assert world.ssh("production", f"systemctl is-active {names}").stdout.split() == ["active"] * 3
    assert world.as_root("production", "stat --format %a /etc/bookingopt/backup.env").stdout == "600\n"
    made = _back_up(world)
    assert len(made) == 1, "one is due, for there was none"
    failed = failed_rows(world.invoke("preflight.prod", code=1))
    assert "a restore was tested within 30 days" not in failed, "the first one is tried at once"
    assert _back_up(world) == made, "and now none is due"
    sshd = world.as_root("production", "sshd -T").stdout.splitlines()
    assert {"passwordauthentication no", "kbdinteractiveauthentication no", "clientaliveinterval 10"} <= set(
        sshd
    )


def test_a_fault_reaches_somebody_and_so_does_silence(world: World, releases: dict[str, str]) -> None:
    """The checklist fails while the mail server refuses the password; a heartbeat says that all is well."""
    world.need_deployed("production", releases["first"])
    # pragma: allowlist nextline secret
    mailbox.begin(world.folder, NETWORK, password="another")  # noqa: S106 - not the one of the stage
    refused = world.ssh("production", TEST_MESSAGE, check=False)
    assert (refused.returncode, refused.stdout.partition(":")[0]) == (1, "refused")
    assert {"refused": "password"} in mailbox.received()

    mailbox.begin(world.folder, NETWORK)
    failed = failed_rows(world.invoke("preflight.prod", code=1))
    assert ROW not in failed
    assert failed >= {"the domain has an address", "backups leave the host"}
    *_, mail = [told for told in mailbox.received() if "TestMessage" in told.get("subject", "")]
    assert mail["to"] == mailbox.ADDRESS
    assert "docs/how-to/watch.md" in mail["text"]

    _trust_the_mailbox(world)
    _back_up(world)
    wait_until(lambda: "BAD" not in _look(world), seconds=600)
    beats = mailbox.received().count({"heartbeat": "/beat"})  # mail about alerts may come in between
    assert beats > 0
    world.as_root("production", "touch /run/reboot-required")
    assert "BAD  restart" in _look(world)
    world.as_root("production", "rm /run/reboot-required")
    heartbeats = mailbox.received().count({"heartbeat": "/beat"})
    assert heartbeats == beats, "with a bad figure there is no heartbeat"
    tell(f"received: {mail['subject']}, {beats} heartbeats")


def _back_up(world: World) -> list[str]:
    """Let the unit of the timer run once; return the backups there are."""
    done = world.as_root(
        "production", "systemctl start bookingopt-backup; ls /srv/bookingopt/backups/snapshots"
    )
    return list(done.stdout.split())


def _look(world: World) -> str:
    """Let the unit of the timer run once; return what it printed."""
    world.as_root("production", "systemctl start bookingopt-status")
    invocation = "$(systemctl show --property InvocationID --value bookingopt-status)"
    line = f"journalctl --sync; journalctl --output cat _SYSTEMD_INVOCATION_ID={invocation}"
    return str(world.as_root("production", line).stdout)


def _trust_the_mailbox(world: World) -> None:
    place = "/usr/local/share/ca-certificates/mailbox.crt"
    certificate = (world.folder / "mailbox.cert").read_text()
    world.ssh("production", f"sudo tee {place}", user="admin", told=certificate)
    world.as_root("production", "update-ca-certificates")
