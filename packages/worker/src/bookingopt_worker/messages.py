"""What a worker and its solving process say to each other: a line of JSON, and bytes behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import Any


class Kind(StrEnum):
    """The kinds of messages; the first two go to the solving process, the others come from it."""

    SOLVE = "solve"
    """Solve the document in the payload."""
    CANCEL = "cancel"
    """Stop what is being solved."""
    READY = "ready"
    """Everything is imported; documents are welcome."""
    PROGRESS = "progress"
    """Where the solve stands."""
    INCUMBENT = "incumbent"
    """The payload is what the result would be were the time over now."""
    SOLVED = "solved"
    """The result document is in the payload."""
    FAILED = "failed"
    """There is no result, and why."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Parameters
    ----------
    kind
        What it says.
    fields
        Particulars, as JSON can hold them.
    payload
        A document; empty for most kinds.
    """

    kind: Kind
    fields: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""

    def send(self, connection: Connection) -> None:
        """Write the message to a pipe."""
        head = json.dumps({"kind": self.kind, **self.fields}).encode()
        connection.send_bytes(head + b"\n" + self.payload)

    @classmethod
    def receive(cls, connection: Connection) -> Message:
        """Return the next message from a pipe; wait for it.

        Raises
        ------
        EOFError
            If the other end is closed.
        """
        head, _, payload = connection.recv_bytes().partition(b"\n")
        fields = json.loads(head)
        return cls(Kind(fields.pop("kind")), fields, payload)
