"""The order of enquiries: one at a time, and the users take turns."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from bookingopt_api.problems import ApiProblem

MOST_WAITING_OF_ONE = 4
"""Enquiries of one user that may wait while another one of that user is answered."""
_REMEMBERED_USERS = 1000


class Turns:
    """A queue that serves the user who was served longest ago. Belongs to one event loop.

    However many enquiries one user sends, another user waits for the one that is being answered, and then for
    at most one of each user who was served longer ago.

    Parameters
    ----------
    retry_seconds
        ``Retry-After`` for a user who has too many enquiries waiting.
    """

    def __init__(self, retry_seconds: int) -> None:
        self._retry_seconds = retry_seconds
        self._is_taken = False
        self._in_hand: Counter[str] = Counter()
        self._waiting: dict[str, deque[anyio.Event]] = {}
        self._served: OrderedDict[str, int] = OrderedDict()
        self._turns = 0

    @asynccontextmanager
    async def turn(self, user: str) -> AsyncIterator[None]:
        """Wait for a turn of a user, and hold it.

        Parameters
        ----------
        user
            Whose turn.

        Raises
        ------
        ApiProblem
            ``too-many-requests`` if the user has too many waiting already.
        """
        if self._in_hand[user] > MOST_WAITING_OF_ONE:
            detail = f"{self._in_hand[user]} enquiries of this user wait already."
            headers = {"Retry-After": str(self._retry_seconds)}
            raise ApiProblem("too-many-requests", detail, headers=headers)
        self._in_hand[user] += 1
        try:
            await self._wait(user)
            try:
                yield
            finally:
                self._pass_on()
        finally:
            self._in_hand[user] -= 1
            if not self._in_hand[user]:
                del self._in_hand[user]

    async def _wait(self, user: str) -> None:
        if not self._is_taken:
            self._is_taken = True
            self._note(user)
            return
        mine = anyio.Event()
        self._waiting.setdefault(user, deque()).append(mine)
        try:
            await mine.wait()
        except BaseException:  # the client has disconnected, perhaps just when its turn came
            if mine.is_set():
                self._pass_on()
            else:
                self._leave(user, mine)
            raise

    def _pass_on(self) -> None:
        """Give the turn to the waiting user who was served longest ago."""
        if not self._waiting:
            self._is_taken = False
            return
        user = min(self._waiting, key=lambda waiting: self._served.get(waiting, 0))  # ties: who came first
        following = self._waiting[user][0]
        self._leave(user, following)
        self._note(user)
        following.set()

    def _leave(self, user: str, event: anyio.Event) -> None:
        self._waiting[user].remove(event)
        if not self._waiting[user]:
            del self._waiting[user]

    def _note(self, user: str) -> None:
        self._turns += 1
        self._served[user] = self._turns
        self._served.move_to_end(user)
        if len(self._served) > _REMEMBERED_USERS:
            self._served.popitem(last=False)
