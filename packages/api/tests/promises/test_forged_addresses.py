"""Who a request comes from is told by the connection, and by proxies that are trusted; by nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import API, Service

pytestmark = pytest.mark.integration
FEW = {"RATE_ADDRESS": "3/hour"}


def statuses(service: Service, *forwarded: str) -> list[int]:
    with service.client() as client:
        return [
            client.get("/api/v1/jobs", headers={"X-Forwarded-For": chain}).status_code for chain in forwarded
        ]


def test_without_a_trusted_proxy_the_header_means_nothing(start: Callable[..., Service]) -> None:
    service = start(API, **FEW)
    assert statuses(service, *(f"203.0.113.{number}" for number in range(5))) == [200] * 3 + [429] * 2


def test_behind_a_trusted_proxy_the_last_address_counts(start: Callable[..., Service]) -> None:
    """The proxy adds the address that it saw at the end; what stands before it anybody may have written."""
    service = start(API, **FEW, TRUSTED_PROXIES="127.0.0.1")
    assert statuses(service, *(f"203.0.113.{number}" for number in range(5))) == [200] * 5
    chains = (f"198.51.100.{number}, 203.0.113.9" for number in range(5))
    assert statuses(service, *chains) == [200] * 3 + [429] * 2
