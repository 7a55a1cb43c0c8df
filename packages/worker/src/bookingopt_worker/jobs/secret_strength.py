"""Whether a secret could be guessed: a placeholder that stayed, one letter many times, a row of digits."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

SHORTEST_STRONG = 32
"""Characters of a secret that may sign anything in production."""
_LEAST_BITS = 80.0
# What stands in examples; whoever guesses begins with these, so their letters count for nothing.
_KNOWN = re.compile(
    r"change[-_ ]?(?:me|this|it)|replace[-_ ]?(?:me|this)|place[-_ ]?holder|example|default|insecure|"
    r"pass(?:word|phrase)|secret|session|queue|token|bookingopt|test|todo|your|admin|qwerty(?:uiop)?|asdf(?:ghjkl)?"
)


def is_guessable(secret: str) -> bool:
    """Return whether a secret is too short or has too little that could be chance.

    The measure is Shannon's: letters times the entropy of their frequencies, of the letters and of the steps
    from each to the next, whichever is less. It is an upper bound of what somebody must guess, so a secret
    that is refused is bad, and one that is let through need not be good.

    Parameters
    ----------
    secret
        The secret, as it is used.
    """
    rest = _KNOWN.sub("", secret.casefold())
    block = rest[: (rest + rest).find(rest, 1)]  # what it repeats, if it does nothing but repeat
    steps = [ord(after) - ord(before) for before, after in pairwise(block)]
    return len(secret) < SHORTEST_STRONG or min(_bits(block), _bits(steps)) < _LEAST_BITS


def _bits(drawn: Sequence[object]) -> float:
    """Return the length times the entropy of the frequencies, in bits."""
    return sum(count * math.log2(len(drawn) / count) for count in Counter(drawn).values())
