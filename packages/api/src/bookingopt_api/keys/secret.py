"""The text of a key: ``bo_live_<id>_<secret>``.

The prefix lets scanners of leaked secrets find it. The secret has 256 random bits, so a single fast hash is
enough for storage: guessing is hopeless.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

PREFIX = "bo_live_"
ID_CHARACTERS = 16
SECRET_BYTES = 32
_ID_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 characters, none easily mistaken for another
_SECRET_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # noqa: S105
_SECRET_CHARACTERS = 43  # 62 ** 43 > 256 ** 32
_ID = re.compile(rf"[{_ID_ALPHABET}]{{{ID_CHARACTERS}}}")
_KEY = re.compile(rf"{PREFIX}({_ID.pattern})_[0-9A-Za-z]{{{_SECRET_CHARACTERS}}}")

_NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that has just been created: the only time at which its text is known.

    Parameters
    ----------
    key_id
        Its public part.
    text
        The whole key, for its owner only.
    """

    key_id: str
    text: str = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the whole key in hexadecimal."""
        return digest_of(self.text)


def new_key() -> NewKey:
    """Return a new random key."""
    key_id = "".join(secrets.choice(_ID_ALPHABET) for _ in range(ID_CHARACTERS))
    return NewKey(key_id, f"{PREFIX}{key_id}_{_base62(secrets.token_bytes(SECRET_BYTES))}")


def id_in(text: str) -> str | None:
    """Return the id in the text of a key; None if the text cannot be a key."""
    match = _KEY.fullmatch(text)
    return None if match is None else match[1]


def is_key_id(text: str) -> bool:
    """Return whether the text can be the id of a key."""
    return _ID.fullmatch(text) is not None


def digest_of(text: str) -> str:
    """Return the SHA-256 of a key in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def has_digest(text: str, digest: str | None) -> bool:
    """Return whether a key has this digest, in a time that reveals nothing about either.

    Parameters
    ----------
    text
        The key that the caller sent.
    digest
        The stored digest; None for an unknown id, which takes as long as a wrong secret.
    """
    is_equal = hmac.compare_digest(digest_of(text), digest or _NO_DIGEST)
    return is_equal and digest is not None


def _base62(content: bytes) -> str:
    number, signs = int.from_bytes(content), []
    for _ in range(_SECRET_CHARACTERS):
        number, digit = divmod(number, len(_SECRET_ALPHABET))
        signs.append(_SECRET_ALPHABET[digit])
    return "".join(signs)
