"""Whether the time of a refusal tells anything about a key: Welch's t, as in dudect.

Reparaz, Balasch, Verbauwhede: Dude, is my code constant time? (2017); above 4.5 there is a difference.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from math import sqrt
from statistics import fmean, variance
from string import ascii_letters, digits

from bookingopt_api.keys import Keyring, open_keyring

from .programs import place
from .table import Row, row_of

NUM_TRIES = 20_000
LARGEST_T = 4.5
_KEPT = 0.9
_LETTERS = ascii_letters + digits


def keys() -> Iterator[Row]:
    """Yield what it takes to refuse a key that is wrong from its beginning, and one that is at its end."""
    with place("file") as where:
        keyring = open_keyring(where.url)
        taken = _taken(keyring, keyring.create("ann", "benchmark").text)
        keyring.close()
    first, last, control = (_without_outliers(seconds) for seconds in taken.values())
    t, noise = _t(first, last), _t(first, control)
    verdict = "no difference found" if t < max(LARGEST_T, noise) else "A DIFFERENCE"
    note = f"{NUM_TRIES:,} tries, |t| {t:.1f}, of the control {noise:.1f}: {verdict}"
    for name, seconds in taken.items():
        yield row_of(f"refuse a key {name}", seconds, note)


def _taken(keyring: Keyring, right: str) -> dict[str, list[float]]:
    """Return the seconds of each try, in an order drawn by lot, each with a text of its own."""
    chance = random.Random(1)
    head = right.rindex("_") + 1
    # How much of the right key each kind has; the third one tells what the machine's noise is.
    kinds = {
        "wrong from its first character": head,
        "wrong in its last character": len(right) - 1,
        "wrong from its first character, control": head,
    }
    order = [*kinds] * NUM_TRIES
    chance.shuffle(order)
    # Made before the clock starts: making them leaves its traces in the caches of the processor.
    texts = [_text(right, kinds[name], chance) for name in order]
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    for name, text in zip(order, texts, strict=True):
        began = time.perf_counter()
        record = keyring.authenticate(text)
        taken[name].append(time.perf_counter() - began)
        if record is not None:
            raise RuntimeError("a wrong key was let in")
    return taken


def _text(right: str, kept: int, chance: random.Random) -> str:
    """Return a key that is as the right one up to a character, and differs there."""
    other = chance.choice([letter for letter in _LETTERS if letter != right[kept]])
    return "".join([*right[:kept], other, *chance.choices(_LETTERS, k=len(right) - kept - 1)])


def _t(one: list[float], other: list[float]) -> float:
    error = variance(one) / len(one) + variance(other) / len(other)
    return abs(fmean(one) - fmean(other)) / sqrt(error)


def _without_outliers(seconds: list[float]) -> list[float]:
    """Return the quickest nine tenths: the rest is what else the machine did."""
    return sorted(seconds)[: int(_KEPT * len(seconds))]
