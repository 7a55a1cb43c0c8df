"""The list of installed backends, found once by a separate process and cached."""

from __future__ import annotations

import anyio
from anyio import to_thread

from bookingopt_api.enquiries.messages import Reply, Request
from bookingopt_api.enquiries.process import DeskProcess, TakesLonger
from bookingopt_api.problems import ApiProblem
from job_ledger.process_pool import ProcessDied

_SECONDS = 60.0


class BackendAnswer:
    """The backends that are installed with this service. Belongs to one event loop.

    They are found by importing them, which takes seconds and memory. So a short-lived process does it, and
    does not wait in the queue of the enquiries.
    """

    def __init__(self) -> None:
        self._asking = anyio.Lock()
        self._known: bytes | None = None

    async def get(self) -> bytes:
        """Return them as JSON.

        Raises
        ------
        ApiProblem
            ``busy`` if the process does not answer.
        """
        async with self._asking:
            if self._known is None:
                self._known = await to_thread.run_sync(_ask)
        if self._known is None:
            raise ApiProblem("busy", headers={"Retry-After": "5"})
        return self._known


def _ask() -> bytes | None:
    try:
        process = DeskProcess()
    except OSError:
        return None
    try:
        answer = process.ask(Request.BACKENDS, seconds=_SECONDS)
    except (TakesLonger, ProcessDied):
        return None
    finally:
        process.kill()
    return answer.document if answer.kind is Reply.DONE else None
