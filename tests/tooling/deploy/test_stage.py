"""A stage file says where to, and a wrong one says what is wrong with it."""

from pathlib import Path

import pytest

from tooling.deploy.stage import InvalidStage, Stage, WorkerHost, load_stage
from tooling.shell import ROOT

RIGHT = """\
host = "deploy@one.example"
domain = "one.example"
registry = "r.example/x/"
tls_email = "a@b.example"
"""


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "infra" / "stages").glob("*.toml")))
def test_the_stages_of_the_repository_are_right(name: str) -> None:
    stage = load_stage(name, ROOT / "infra" / "stages")
    assert stage.production is (name == "production")


def test_what_is_not_said_has_a_careful_default(tmp_path: Path) -> None:
    """A stage nobody marked asks before it is changed."""
    (tmp_path / "one.toml").write_text(RIGHT)
    stage = load_stage("one", tmp_path)
    assert stage.production
    assert stage.image("api", "v1") == "r.example/x/bookingopt-api:v1"
    assert (stage.least_workers, stage.most_workers) == (1, 3)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('host = "-oProxyCommand=x"', "host = '-oProxyCommand=x': must be an alias of ssh"),
        ('domain = "one"', "domain = 'one': must be a domain name"),
        ('folder = "/"', "folder = '/': must be an absolute folder"),
        ('images = "magic"', "images = 'magic': must be registry or stream"),
        ('registry = ""', "registry = '': must be a prefix that ends in /"),
        ('tls = "none"', "tls = 'none': must be letsencrypt, given, self-signed"),
        ('tls_email = ""', "tls_email = '': must be an address"),
        ('mail_to = "somebody"', "mail_to = 'somebody': must be an address, or empty"),
        ('smarthost = "mail"', "smarthost = 'mail': must be host:port, or empty"),
        ('smtp_user = "me"', "smtp_user = 'me': must be set together with smtp_password_file"),
        ('heartbeat_url = "http://x"', "heartbeat_url = 'http://x': must be an address with https://"),
        ('watching = ["guests"]', "watching = ('guests',): must be some of"),
        ("least_workers = 0", "least_workers = 0: must be at least 1"),
        ("most_workers = 0", "most_workers = 0: must be not below least_workers"),
        ('redis_address = "a b"', "redis_address = 'a b': must be a name or an IPv4 address"),
        ('workers = "two"', "workers.: must have host and address"),
        ('workers.b = {host = "b"}', "workers.b: must have host and address"),
        (
            'workers.B = {host = "b", address = "192.0.2.3"}',
            "workers.B: name = 'B': must be lower-case letters",
        ),
        ('workers.b = {host = "-b", address = "192.0.2.3"}', "workers.b: host = '-b': must be an alias"),
        ('workers.b = {host = "b", address = "::1"}', "workers.b: address = '::1': must be an IPv4"),
        ('workers.b = {host = "b", address = "192.0.2.3"}', "redis_address = '': must be a name"),
        (
            'workers.b = {host = "b", address = "192.0.2.3", containers = 0}',
            "workers.b: containers = 0: must be at least 1",
        ),
        ('smoke = "ftp"', "smoke = 'ftp': must be direct or tunnel"),
        ('secret = "x"', "unknown: secret; known are acme_directory"),
        (
            'backup_copy_command = "scp"',
            "backup_copy_command: restic encrypts and copies backups now: backup_copy",
        ),
        ('backup_copy = "/elsewhere"', "backup_copy = '/elsewhere': must be an address of restic"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(tmp_path: Path, line: str, complaint: str) -> None:
    key = line.split(" ", maxsplit=1)[0]
    kept = "".join(f"{other}\n" for other in RIGHT.splitlines() if other.split(" ")[0] != key)
    (tmp_path / "one.toml").write_text(f"{kept}{line}\n")
    with pytest.raises(InvalidStage) as refused:
        load_stage("one", tmp_path)
    assert complaint in str(refused.value)


def test_a_missing_value_and_a_missing_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('host = "one.example"\n')
    with pytest.raises(InvalidStage, match="missing: domain"):
        load_stage("one", tmp_path)
    with pytest.raises(InvalidStage, match=r"no stage 'two'.*there are: one"):
        load_stage("two", tmp_path)
    (tmp_path / "one.toml").write_text("host = \n")
    with pytest.raises(InvalidStage, match=r"one\.toml: Invalid value"):
        load_stage("one", tmp_path)


def test_another_folder_of_stages_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text(RIGHT + 'ca_file = "ca.pem"\n')
    monkeypatch.setenv("BOOKINGOPT_STAGES", str(tmp_path))
    assert load_stage("mine").ca_file == tmp_path / "ca.pem"


def test_alerts_are_mailed_as_soon_as_a_mail_server_is_named(tmp_path: Path) -> None:
    (tmp_path / "quiet.toml").write_text(RIGHT)
    assert load_stage("quiet", tmp_path).receiver == "quiet"
    # pragma: allowlist nextline secret
    mail = 'smarthost = "mail.example:587"\nsmtp_user = "me"\nsmtp_password_file = "secret"\n'
    (tmp_path / "mail.toml").write_text(RIGHT + mail)
    stage = load_stage("mail", tmp_path)
    assert (stage.receiver, stage.address) == ("mail", "a@b.example")
    assert stage.smtp_password_file == tmp_path / "secret"


def test_worker_hosts_are_read_in_their_order(tmp_path: Path) -> None:
    tables = "".join(f'[workers.{name}]\nhost = "x@{name}"\naddress = "192.0.2.3"\n' for name in ("w2", "w1"))
    (tmp_path / "one.toml").write_text(f'{RIGHT}redis_address = "192.0.2.2"\n{tables}')
    stage = load_stage("one", tmp_path)
    assert [one.name for one in stage.workers] == ["w2", "w1"]
    assert stage.worker("w1") == WorkerHost("w1", "x@w1", "192.0.2.3", containers=1)
    with pytest.raises(InvalidStage, match=r"no worker host 'w3': .*has: w2, w1"):
        stage.worker("w3")


def test_images_that_are_streamed_need_no_registry() -> None:
    stage = Stage(name="lab", host="lab", domain="lab.example", images="stream", tls="given")
    assert stage.image("worker", "0123abc") == "bookingopt-worker:0123abc"
