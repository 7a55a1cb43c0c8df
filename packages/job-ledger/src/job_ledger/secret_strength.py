"""Detects secrets that are easy to guess: placeholders, repeated letters, sequences of digits."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

SHORTEST_STRONG = 32
"""Minimum length of a signing secret in production."""
_LEAST_BITS = 80.0
# Words from examples: an attacker tries these first, so their letters do not count.
_KNOWN = re.compile(
    r"change[-_ ]?(?:me|this|it)|replace[-_ ]?(?:me|this)|place[-_ ]?holder|example|default|insecure|"
    r"pass(?:word|phrase)|secret|session|queue|token|bookingopt|test|todo|your|admin|qwerty(?:uiop)?|asdf(?:ghjkl)?"
)


def is_guessable(secret: str) -> bool:
    """Return whether a secret is too short or has too little randomness.

    The measure is the length times the Shannon entropy of the letter frequencies, or of the frequencies of
    the steps from each letter to the next, whichever is less. It is an upper bound of the real entropy: a
    secret that is refused is weak, but one that passes need not be strong.

    Parameters
    ----------
    secret
        The secret, as it is used.
    """
    rest = _KNOWN.sub("", secret.casefold())
    block = rest[: (rest + rest).find(rest, 1)]  # the unit that is repeated, if the secret is a repetition
    steps = [ord(after) - ord(before) for before, after in pairwise(block)]
    return len(secret) < SHORTEST_STRONG or min(_bits(block), _bits(steps)) < _LEAST_BITS


def _bits(drawn: Sequence[object]) -> float:
    """Return the length times the entropy of the frequencies, in bits."""
    return sum(count * math.log2(len(drawn) / count) for count in Counter(drawn).values())
