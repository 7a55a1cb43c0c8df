"""Words as people write them, made comparable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_REST = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return a text in only lower-case letters and digits, without accents: ``nachte`` for ``Nächte``."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _REST.sub("", "".join(sign for sign in plain if not unicodedata.combining(sign)))


@lru_cache(maxsize=65536)
def loose_number(number: str) -> str:
    """Return a room number without what exports change: blanks, case, leading zeros, a decimal point."""
    plain = re.sub(r"\s+", "", number).casefold().removesuffix(".0")
    return plain.lstrip("0") or "0"
