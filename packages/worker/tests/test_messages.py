from multiprocessing import Pipe

import pytest

from bookingopt_worker.messages import Kind, Message


@pytest.mark.parametrize(
    "message",
    [
        Message(Kind.READY),
        Message(Kind.PROGRESS, {"stage": "solving", "percent": 5, "value": 0.1, "bound": None}),
        Message(Kind.SOLVE, {"backend": "auto"}, bytes(range(256)) * 3),
        Message(Kind.SOLVED, payload=b"\n{}\n\n"),
    ],
)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    one, other = Pipe()
    message.send(one)
    assert Message.receive(other) == message
    one.close()
    other.close()


def test_a_closed_pipe_is_the_end() -> None:
    one, other = Pipe()
    one.close()
    with pytest.raises(EOFError):
        Message.receive(other)
    other.close()
