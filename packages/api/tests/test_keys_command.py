from __future__ import annotations

import json
from pathlib import Path

import pytest

from bookingopt_api.keys import Keyring, Scope, open_keyring
from bookingopt_api.keys_command import main


@pytest.fixture(autouse=True)
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """Return the keys that the command works on."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("AUDIT_LOG", str(tmp_path / "audit" / "audit.jsonl"))
    return open_keyring(f"sqlite:///{tmp_path / 'data' / 'jobs.db'}")


def create(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["create", "--user", "seaview", "--name", "channel manager", *more]) == 0
    return capsys.readouterr().out.strip()


def test_a_new_key_alone_goes_to_the_standard_output(
    keyring: Keyring, capsys: pytest.CaptureFixture[str]
) -> None:
    record = keyring.authenticate(create(capsys))
    assert record is not None
    assert (record.user, record.name, record.scopes) == ("seaview", "channel manager", frozenset(Scope))
    assert record.expires is not None
    assert (record.expires - record.created).days == 365


def test_a_key_can_be_narrow_or_without_an_end(keyring: Keyring, capsys: pytest.CaptureFixture[str]) -> None:
    record = keyring.authenticate(create(capsys, "--scope", "read", "--never-expires"))
    assert record is not None
    assert record.scopes == frozenset({Scope.READ})
    assert record.expires is None


def test_the_list_shows_everything_but_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    text = create(capsys)
    assert main(["list"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["key", "id", "user", "name"]
    assert text.split("_")[2] in row
    assert "seaview" in row
    assert "valid" in row
    assert text.split("_")[3] not in row


def test_the_list_can_be_read_by_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    create(capsys)
    assert main(["list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["user"], row["state"], row["last_used"]) == ("seaview", "valid", "never")


def test_a_rotation_hands_out_a_key_and_gives_the_old_one_an_end(
    keyring: Keyring, capsys: pytest.CaptureFixture[str]
) -> None:
    old = create(capsys)
    assert main(["rotate", old.split("_")[2], "--overlap-days", "0"]) == 0
    new = capsys.readouterr().out.strip()
    assert keyring.authenticate(old) is None
    assert keyring.authenticate(new) is not None


def test_a_revoked_key_lets_nobody_in(keyring: Keyring, capsys: pytest.CaptureFixture[str]) -> None:
    text = create(capsys)
    assert main(["revoke", text.split("_")[2]]) == 0
    assert keyring.authenticate(text) is None


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["create", "--user", "Ann Smith", "--name", "x"], "a user has"),
        (["create", "--user", "ann", "--name", ""], "printable"),
        (["create", "--user", "ann", "--name", "x", "--days", "0"], "must be above 0"),
        (["revoke", "zzzzzzzzzzzzzzzz"], "no key"),
        (["rotate", "nonsense"], "no key"),
    ],
)
def test_a_mistake_changes_nothing_and_is_told(
    keyring: Keyring, capsys: pytest.CaptureFixture[str], argv: list[str], told: str
) -> None:
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""
    assert keyring.all() == ()


@pytest.mark.parametrize("argv", [[], ["create"], ["create", "--user", "a", "--name", "x", "--days", "-1"]])
def test_arguments_that_cannot_be_are_refused(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2


def test_what_happened_to_keys_is_in_the_audit_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = create(capsys)
    key_id = text.split("_")[2]
    main(["rotate", key_id])
    main(["revoke", key_id])
    (file,) = (tmp_path / "audit").iterdir()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["act"] for line in lines] == ["create-key", "rotate-key", "create-key", "revoke-key"]
    assert [line["key_id"] == key_id for line in lines] == [True, True, False, True]
    assert text not in file.read_text()
