from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

import pytest

from bookingopt_api.keys import secret
from bookingopt_api.keys.secret import digest_of, has_digest, id_in, is_key_id, new_key


def test_a_key_holds_its_id_and_no_other_underscore() -> None:
    made = new_key()
    prefix, live, key_id, hidden = made.text.split("_")
    assert (prefix, live, key_id) == ("bo", "live", made.key_id)
    assert len(hidden) == 43
    assert id_in(made.text) == made.key_id
    assert is_key_id(made.key_id)


def test_two_keys_have_nothing_in_common() -> None:
    keys = [new_key() for _ in range(200)]
    assert len({key.key_id for key in keys}) == len({key.text[-43:] for key in keys}) == 200


def test_a_key_is_not_shown_by_accident() -> None:
    made = new_key()
    assert made.text not in repr(made)


def test_the_digest_is_sha256_of_the_whole_key() -> None:
    made = new_key()
    assert made.digest == hashlib.sha256(made.text.encode()).hexdigest() == digest_of(made.text)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text + "a",
        lambda text: text.upper(),
        lambda text: text.replace("_live_", "_test_"),
        lambda text: f" {text}",
        lambda text: text + "\n",
        lambda text: text.replace("bo_live_", "bo_live_-"),
        lambda _: "",
        lambda _: "bo_live__",
        lambda text: text[:-1] + "é",
    ],
)
def test_a_text_of_another_form_is_no_key(change: Callable[[str], str]) -> None:
    assert id_in(change(new_key().text)) is None


def test_a_key_matches_its_own_digest_alone() -> None:
    made, other = new_key(), new_key()
    assert has_digest(made.text, made.digest)
    assert not has_digest(made.text, other.digest)
    assert not has_digest(made.text, None)


def test_every_answer_costs_one_comparison_of_equal_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """A known id, a wrong secret and an id that nobody has take the same way, in constant time."""
    compared: list[tuple[int, int]] = []

    def compare(one: str, two: str) -> bool:
        compared.append((len(one), len(two)))
        return hmac.compare_digest(one, two)

    made = new_key()

    class Recorder:
        compare_digest = staticmethod(compare)

    monkeypatch.setattr(secret, "hmac", Recorder)
    for stored in (made.digest, new_key().digest, None):
        has_digest(made.text, stored)
    assert compared == [(64, 64)] * 3
