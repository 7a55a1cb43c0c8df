"""Names of stays on the page: the guest's, in place of the row that messages refer to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from optimizer_core.wire import PlanEntry

_ROW = re.compile(r"Reservations\[(\d+)\](?: \(Id [^()]*\))?")


def name_of(entries: Sequence[PlanEntry], position: int) -> str:
    """Return the name of a stay, else its Id, else its row.

    Parameters
    ----------
    entries
        The plan; entries have the order of the document.
    position
        Position in it.
    """
    if not 0 <= position < len(entries):
        return f"row {position}"
    entry = entries[position]
    if entry.name:
        return entry.name
    return f"row {position}" if entry.id is None or entry.id == "" else str(entry.id)


def with_names(text: str, entries: Sequence[PlanEntry]) -> str:
    """Return a message with names in place of the rows it refers to, such as ``Reservations[3] (Id 7)``.

    Messages never contain a guest's name, because they are logged; the page may show it.
    """
    return _ROW.sub(lambda found: name_of(entries, int(found[1])), text)
