"""Bring what the integration tests need to this machine: a Redis server, restic, an engine, base images."""

from __future__ import annotations

import pytest

from conftest import find_or_install_redis, find_or_install_restic
from tests.integration.engine import need_engine, need_images


def main() -> None:
    """Install what is missing; what cannot be had is said here, and skipped by the tests, but not in CI."""
    for needs in ((find_or_install_redis,), (find_or_install_restic,), (need_engine, need_images)):
        try:
            for need in needs:
                need()
        except pytest.skip.Exception as missing:
            print(f"integration: SKIPPED what needs this: {missing}")  # noqa: T201 - a program of the session


if __name__ == "__main__":
    main()
