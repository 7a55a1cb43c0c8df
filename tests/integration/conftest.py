"""One stack for all tests of it: started when the first of them asks, removed after the last."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.engine import ROOT, need_engine, need_images
from tests.integration.hotels import slow_hotel_document
from tests.integration.stack import Stack, running_stack


@pytest.fixture(scope="session")
def engine() -> None:
    """Need a Docker engine with the base images, or skip and say why."""
    need_engine()
    need_images()


@pytest.fixture(scope="session")
def session_stack(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:  # noqa: ARG001
    """Start the stack."""
    yield from running_stack(tmp_path_factory.mktemp("stack"))


@pytest.fixture
def stack(session_stack: Stack) -> Stack:
    """Return the stack as it is meant to be, whatever the test before did to it."""
    if not session_stack.is_healthy():
        session_stack.up("--scale", "worker=1")
    return session_stack


@pytest.fixture(scope="session")
def hotel() -> bytes:
    """Return a small hotel."""
    return (ROOT / "examples" / "ten-rooms.json").read_bytes()


@pytest.fixture(scope="session")
def slow_hotel() -> bytes:
    """Return a hotel that no solver is done with before its time is over."""
    return slow_hotel_document()
