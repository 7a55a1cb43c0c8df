"""Typed messages between a process and its child: a frame of JSON, and one for each document."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

KindT = TypeVar("KindT", bound=StrEnum)
"""The kinds of messages that go in one direction."""


@dataclass(frozen=True, slots=True)
class Message(Generic[KindT]):
    """One message.

    Parameters
    ----------
    kind
        Its kind.
    fields
        Details, as JSON values.
    documents
        What is too large for the fields.
    """

    kind: KindT
    fields: dict[str, Any] = field(default_factory=dict)
    documents: tuple[bytes, ...] = ()

    @property
    def document(self) -> bytes:
        """The first document; empty without one."""
        return self.documents[0] if self.documents else b""

    def send(self, connection: Connection) -> None:
        """Write the message to a pipe.

        Raises
        ------
        OSError
            If the other end is closed.
        """
        head = {"kind": self.kind, "documents": len(self.documents), "fields": self.fields}
        connection.send_bytes(json.dumps(head).encode())
        for document in self.documents:
            connection.send_bytes(document)

    @classmethod
    def receive(cls, connection: Connection, kinds: type[KindT]) -> Message[KindT]:
        """Wait for the next message from a pipe and return it.

        Parameters
        ----------
        connection
            The pipe.
        kinds
            The kinds that come from there.

        Raises
        ------
        EOFError, OSError
            If the other end is closed.
        """
        head = json.loads(connection.recv_bytes())
        documents = tuple(connection.recv_bytes() for _ in range(head["documents"]))
        return cls(kinds(head["kind"]), head["fields"], documents)
