from __future__ import annotations

from pathlib import Path

import pytest

from bookingopt_api.keys import open_keyring


def test_keys_lie_beside_the_ledger(tmp_path: Path) -> None:
    keyring = open_keyring(f"sqlite:///{tmp_path / 'jobs.db'}")
    keyring.create("ann", "a test")
    assert [path.name for path in tmp_path.iterdir()] == ["keys.db"]


def test_a_server_is_asked_when_it_is_needed() -> None:
    open_keyring("redis://localhost:1/0").close()


def test_another_address_is_refused() -> None:
    with pytest.raises(ValueError, match="keys are kept at"):
        open_keyring("postgres://localhost")
