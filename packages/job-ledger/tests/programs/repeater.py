"""A program that reports that it is ready, and then repeats each message."""

import sys
from contextlib import suppress
from enum import StrEnum
from multiprocessing.connection import Connection

from job_ledger.messages import Message


class Kind(StrEnum):
    """Kinds of messages, in both directions."""

    READY = "ready"
    REPEAT = "repeat"


if __name__ == "__main__":
    with Connection(int(sys.argv[1])) as pipe, suppress(EOFError):
        Message(Kind.READY).send(pipe)
        while True:
            Message.receive(pipe, Kind).send(pipe)
