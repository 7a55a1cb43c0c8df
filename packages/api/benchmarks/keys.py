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
    """Yield what it takes to refuse a key that is right but for one character, and one that is all wrong."""
    with place("file") as where:
        keyring = open_keyring(where.url)
        taken = _taken(keyring, keyring.create("ann", "benchmark").text)
        keyring.close()
    close, far, control = (_without_outliers(seconds) for seconds in taken.values())
    t, noise = _t(close, far), _t(control, far)
    verdict = "no difference found" if t < LARGEST_T else "A DIFFERENCE"
    if noise > LARGEST_T:
        verdict = "the machine is too busy to tell"
    note = f"{NUM_TRIES:,} tries, |t| {t:.1f}, of the control {noise:.1f}: {verdict}"
    for name, seconds in taken.items():
        yield row_of(f"refuse a key {name}", seconds, note)


def _taken(keyring: Keyring, right: str) -> dict[str, list[float]]:
    """Return the seconds of each try, in an order drawn by lot, each with a text of its own.

    All kinds vary one text by its last character, for what a processor can foresee of a text shows in
    the time that it takes to read; only the first kind's text has anything to do with the key.
    """
    chance = random.Random(1)
    head = right[: right.rindex("_") + 1]
    bases = {
        "wrong in its last character": right,
        "wrong from its first character": _foreign(head, right, chance),
        "wrong from its first character, control": _foreign(head, right, chance),
    }
    order = [*bases] * NUM_TRIES
    chance.shuffle(order)
    # Made before the clock starts: making them leaves its traces in the caches of the processor.
    last = [letter for letter in _LETTERS if letter != right[-1]]
    texts = [bases[name][:-1] + chance.choice(last) for name in order]
    taken: dict[str, list[float]] = {name: [] for name in bases}
    for name, text in zip(order, texts, strict=True):
        began = time.perf_counter()
        record = keyring.authenticate(text)
        taken[name].append(time.perf_counter() - began)
        if record is not None:
            raise RuntimeError("a wrong key was let in")
    return taken


def _foreign(head: str, right: str, chance: random.Random) -> str:
    """Return a key of the same id that differs from the right one from the first character of its secret."""
    first = chance.choice([letter for letter in _LETTERS if letter != right[len(head)]])
    return head + first + "".join(chance.choices(_LETTERS, k=len(right) - len(head) - 1))


def _t(one: list[float], other: list[float]) -> float:
    error = variance(one) / len(one) + variance(other) / len(other)
    return abs(fmean(one) - fmean(other)) / sqrt(error)


def _without_outliers(seconds: list[float]) -> list[float]:
    """Return the quickest nine tenths: the rest is what else the machine did."""
    return sorted(seconds)[: int(_KEPT * len(seconds))]
