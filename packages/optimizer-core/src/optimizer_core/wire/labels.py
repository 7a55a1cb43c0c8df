"""The internal id of each reservation, independent of the order of rows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from optimizer_core.wire.problem import Reservation


def stay_ids(reservations: Sequence[Reservation]) -> list[str]:
    """Return one id for each reservation, in input order.

    A unique ``Id`` is the stay's id. Otherwise it is the ``Name``, in a form that may appear in logs:
    unchanged if it has no letter, else as a digest. Reservations that still share an id are numbered by their
    content.

    Parameters
    ----------
    reservations
        Reservations of one document.
    """
    given = [_as_text(entry.id) for entry in reservations]
    times = Counter(text for text in given if text is not None)
    labels = [
        text if text is not None and times[text] == 1 else _from_name(entry.name)
        for text, entry in zip(given, reservations, strict=True)
    ]
    return _numbered(labels, reservations)


def _as_text(identity: object) -> str | None:
    if identity is None or isinstance(identity, str):
        return identity or None
    return str(identity) if type(identity) is int else json.dumps(identity, sort_keys=True)


def _from_name(name: str | None) -> str:
    if not name:
        return "stay"
    if not any(character.isalpha() for character in name):
        return name
    return "name-" + hashlib.sha256(name.encode()).hexdigest()[:12]


def _numbered(labels: list[str], reservations: Sequence[Reservation]) -> list[str]:
    """Number the members of each set of equal labels, in the order of their content."""
    shared: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        shared.setdefault(label, []).append(index)
    taken = set(shared)
    unique = list(labels)
    for label in sorted(label for label, members in shared.items() if len(members) > 1):
        number = 0
        for index in sorted(shared[label], key=lambda index: _content(reservations[index])):
            number += 1
            while f"{label}#{number}" in taken:
                number += 1
            unique[index] = f"{label}#{number}"
            taken.add(unique[index])
    return unique


def _content(entry: Reservation) -> str:
    return json.dumps(entry.model_dump(mode="json"), sort_keys=True)
