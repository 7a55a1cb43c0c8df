"""The enquiry process as the API sees it: takes one request at a time, and is killed if it takes too long."""

from __future__ import annotations

import time

from bookingopt_api.enquiries.messages import Reply, Request
from job_ledger.messages import Message
from job_ledger.process_pool import MessageProcess, ProcessDied

START_SECONDS = 30.0


class TakesLonger(Exception):
    """The enquiry process did not answer in time, and was killed."""


class DeskProcess(MessageProcess[Reply]):
    """One process, which starts at once and initializes in the background.

    Every call blocks, and only one is made at a time.
    """

    def __init__(self) -> None:
        super().__init__("bookingopt_api.enquiries.child", replies=Reply)

    def ask(
        self, request: Request, *documents: bytes, seconds: float, **fields: str | float | list[str]
    ) -> Message[Reply]:
        """Return its answer, as `child.Desk.answer` does.

        Parameters
        ----------
        request
            What is asked.
        *documents
            Documents of the message.
        seconds
            Time limit after which it is killed; the time it takes to start, once, does not count.
        **fields
            Fields of the message.

        Raises
        ------
        TakesLonger
            If there is no answer in time.
        ProcessDied
            If the process has ended.
        """
        try:
            if not self.is_ready:
                self._wait(START_SECONDS)
            deadline = time.monotonic() + seconds
            self.send(Message(request, fields, documents))
            return self._wait(max(deadline - time.monotonic(), 0.0))
        except ProcessDied:
            self.kill()
            raise

    def _wait(self, seconds: float) -> Message[Reply]:
        if (message := self.receive(seconds)) is None:
            self.kill()
            raise TakesLonger
        return message
