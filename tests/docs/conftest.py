"""A service for the pages that ask one, started when the first of them does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.docs.service import serving


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Return a function that returns the address of a service, the same for every page."""
    with ExitStack() as stack:
        found: list[str] = []

        def of_the_service() -> str:
            if not found:
                found.append(stack.enter_context(serving(tmp_path_factory.mktemp("service"))))
            return found[0]

        yield of_the_service
