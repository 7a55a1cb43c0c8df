from __future__ import annotations

import random
import string

import pytest

from job_ledger.secret_strength import is_guessable

DRAWN = 2_000
ALPHABETS = {
    "hexadecimal": ("0123456789abcdef", 32),
    "hexadecimal, long": ("0123456789abcdef", 64),
    "of a URL": (string.ascii_letters + string.digits + "-_", 43),
    "base64": (string.ascii_letters + string.digits + "+/", 32),
}


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "changeme",
        "changeme" * 8,
        "change-me-change-me-change-me-change-me",
        "replace-me-with-your-session-secret",
        "CHANGEME_CHANGEME_CHANGEME_CHANGEME",
        "x" * 32,
        "x" * 500,
        "0123456789abcdef" * 4,
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
        "9876543210" * 4,
        "Tr0ub4dor" * 5,
        "ab" * 30 + "c",
        "qwertyuiopqwertyuiopqwertyuiopqwertyuiop",
        "bookingopt-session-secret-default-example",
        "q7Zr2Lw9Xk4Vb8Nm1Tc6",  # chance, but of 20 letters
    ],
)
def test_what_stands_in_examples_or_is_little_is_guessable(secret: str) -> None:
    assert is_guessable(secret)


@pytest.mark.parametrize(("alphabet", "length"), ALPHABETS.values(), ids=ALPHABETS)
def test_what_was_drawn_is_never_taken_for_guessable(alphabet: str, length: int) -> None:
    drawn = random.Random(4)
    secrets = ["".join(drawn.choices(alphabet, k=length)) for _ in range(DRAWN)]
    assert [secret for secret in secrets if is_guessable(secret)] == []


def test_letters_of_a_known_word_count_for_nothing_and_harm_nothing() -> None:
    assert not is_guessable("changeme-5f0c1e9ab27d4386e1b9c7042a6d8f35")
