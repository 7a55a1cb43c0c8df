"""What an import made of its files, in lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from optimizer_core.wire.exports.statuses import Fate, Meaning

_MOST_LINES = 8
_MOST_WORDS = 20
_MOST_LETTERS = 40


@dataclass(slots=True)
class ListSummary:
    """What became of the rows of one list.

    Parameters
    ----------
    name
        Name of the file.
    what
        What an entry is called: ``room``, ``stay`` or ``block``.
    rows
        Rows below the header.
    entries, with_room
        Entries of the document, and how many of them have a room.
    locked, left_out, blocks
        How many, by reason.
    words
        How many rows, by status word and meaning.
    remarks
        Lines of the file by what is to be said about them.
    """

    name: str
    what: str
    rows: int = 0
    entries: int = 0
    with_room: int = 0
    locked: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    blocks: Counter[str] = field(default_factory=Counter)
    words: Counter[tuple[str, Meaning]] = field(default_factory=Counter)
    remarks: dict[str, list[int]] = field(default_factory=dict)

    def remark(self, line: int, message: str) -> None:
        """Add a line to those about which the message is to be said."""
        self.remarks.setdefault(message, []).append(line)

    def lines(self) -> list[str]:
        """Return the summary, line by line."""
        made = counted(self.entries, self.what)
        if self.what == "stay":
            made += f", {self.with_room:,} with a room"
        found = [f"{self.name}: {counted(self.rows, 'row')} read, {made}", *self.changes()]
        if self.words:
            words = [
                f"{_short(word)} {count:,} ({_fate(meaning)})"
                for (word, meaning), count in self.words.most_common(_MOST_WORDS)
            ]
            if len(self.words) > _MOST_WORDS:
                words.append(f"and {len(self.words) - _MOST_WORDS:,} more words")
            found.append(f"{self.name}: status: {', '.join(words)}")
        return found

    def changes(self) -> list[str]:
        """Return what became of the rows that are no usual entries."""
        blocks = self.blocks if self.what != "block" else Counter[str]()
        counts = {"locked": self.locked, "left out": +self.left_out, "blocks": blocks}
        return [f"{self.name}: {what}: {_by(found)}" for what, found in counts.items() if found]

    def notes(self) -> list[str]:
        """Return what may be a mistake, with the lines of the file."""
        return [
            f"{self.name}: {message} ({lines_of(lines)})" if lines else f"{self.name}: {message}"
            for message, lines in self.remarks.items()
        ]


def counted(count: int, what: str) -> str:
    """Return a number and its noun: ``1 stay``, ``2,000 stays``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def lines_of(lines: Sequence[int]) -> str:
    """Return the numbers of lines: ``line 4``, or ``lines 4, 7 and 9``."""
    shown = [str(line) for line in lines[:_MOST_LINES]]
    rest = len(lines) - len(shown)
    if rest:
        return f"lines {', '.join(shown)} and {rest:,} more"
    if len(shown) == 1:
        return f"line {shown[0]}"
    return f"lines {', '.join(shown[:-1])} and {shown[-1]}"


def _by(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in counts.most_common())


def _fate(meaning: Meaning) -> str:
    if meaning.fate is Fate.STAY:
        return "stay" if meaning.is_known else "unknown word, read as a stay"
    return f"{meaning.fate.value}, {meaning.reason}"


def _short(word: str) -> str:
    return repr(word if len(word) <= _MOST_LETTERS else f"{word[:_MOST_LETTERS]}...")
