from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from bookingopt_api.enquiries.turns import MOST_WAITING_OF_ONE, Turns
from bookingopt_api.problems import ApiProblem


class Line:
    """Users in a line, and in which order their turns came."""

    def __init__(self) -> None:
        self.turns = Turns(4)
        self.served: list[str] = []
        self.go_on = asyncio.Event()
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        """Let enquiries come, whose users are the first letters of their names."""
        for name in names:
            self.tasks[name] = asyncio.create_task(self._ask(name))
            await asyncio.sleep(0)

    async def _ask(self, name: str) -> None:
        async with self.turns.turn(name[0]):
            self.served.append(name)
            await self.go_on.wait()

    async def end(self) -> list[BaseException | None]:
        self.go_on.set()
        return await asyncio.gather(*self.tasks.values(), return_exceptions=True)


def run(talk: Coroutine[Any, Any, None]) -> None:
    asyncio.run(talk)


def test_users_take_turns_however_many_enquiries_one_has() -> None:
    async def talk() -> None:
        line = Line()
        await line.come("a1", "a2", "a3", "b1", "b2", "c1")
        await line.end()
        assert line.served == ["a1", "b1", "c1", "a2", "b2", "a3"]

    run(talk())


def test_another_user_waits_for_one_running_enquiry_and_is_not_refused() -> None:
    async def talk() -> None:
        line = Line()
        await line.come(*(f"a{number}" for number in range(MOST_WAITING_OF_ONE + 3)), "b1")
        endings = await line.end()
        refused = [ending for ending in endings if isinstance(ending, ApiProblem)]
        assert [problem.kind for problem in refused] == ["too-many-requests"] * 2
        assert {problem.headers["Retry-After"] for problem in refused} == {"4"}
        assert line.served[:2] == ["a0", "b1"]
        assert len(line.served) == MOST_WAITING_OF_ONE + 2

    run(talk())


def test_who_was_just_served_is_behind_one_who_came_later() -> None:
    async def talk() -> None:
        line = Line()
        await line.come("a1")
        await line.end()
        line.go_on.clear()
        await line.come("c1", "a2", "b1")
        await line.end()
        assert line.served == ["a1", "c1", "b1", "a2"]

    run(talk())


@pytest.mark.parametrize("leaving", ["a1", "a2", "b1"])
def test_who_leaves_holds_up_nobody(leaving: str) -> None:
    async def talk() -> None:
        line = Line()
        await line.come("a1", "a2", "b1", "c1")
        line.tasks.pop(leaving).cancel()
        assert await line.end() == [None] * 3
        assert set(line.served) == {"a1", "a2", "b1", "c1"} - ({leaving} - {"a1"})
        assert not line.turns._is_taken
        assert not line.turns._in_hand

    run(talk())


def test_who_leaves_at_the_moment_of_its_turn_passes_it_on() -> None:
    async def talk() -> None:
        line = Line()
        await line.come("a1", "b1", "c1")
        line.go_on.set()
        line.tasks.pop("b1").cancel()
        await asyncio.gather(*line.tasks.values())
        assert "c1" in line.served
        assert not line.turns._is_taken

    run(talk())


def test_only_some_users_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookingopt_api.enquiries.turns._REMEMBERED_USERS", 2)

    async def talk() -> None:
        line = Line()
        line.go_on.set()
        await line.come("a1", "b1", "c1")
        await line.end()
        assert list(line.turns._served) == ["b", "c"]

    run(talk())
