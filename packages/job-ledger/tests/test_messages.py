from enum import StrEnum
from multiprocessing import Pipe

import pytest

from job_ledger.messages import Message


class Kind(StrEnum):
    READY = "ready"
    SOLVE = "solve"


@pytest.mark.parametrize(
    "message",
    [
        Message(Kind.READY),
        Message(Kind.READY, {"kind": "a field", "percent": 5, "value": 0.1, "bound": None}),
        Message(Kind.SOLVE, {"backend": "auto"}, (bytes(range(256)) * 3,)),
        Message(Kind.SOLVE, documents=(b"\n{}\n\n", b"", b"second")),
    ],
)
def test_a_message_arrives_as_it_was_sent(message: Message[Kind]) -> None:
    one, other = Pipe()
    message.send(one)
    assert Message.receive(other, Kind) == message
    one.close()
    other.close()


def test_the_document_of_a_message_is_its_first() -> None:
    assert Message(Kind.SOLVE, documents=(b"first", b"second")).document == b"first"
    assert Message(Kind.READY).document == b""


def test_a_closed_pipe_is_the_end() -> None:
    one, other = Pipe()
    one.close()
    with pytest.raises(EOFError):
        Message.receive(other, Kind)
    other.close()


def test_a_message_of_the_other_direction_is_refused() -> None:
    class Reply(StrEnum):
        DONE = "done"

    one, other = Pipe()
    Message(Kind.READY).send(one)
    with pytest.raises(ValueError, match="ready"):
        Message.receive(other, Reply)
    one.close()
    other.close()
