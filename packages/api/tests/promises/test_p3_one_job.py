"""P3: one idempotency key gives one job under 50 parallel posts; with another body it is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import API, HOTEL, Service

pytestmark = pytest.mark.integration
POSTS = 50


def test_fifty_posts_at_once_are_one_job(
    start: Callable[..., Service], several: dict[str, str], ledger: dict[str, str]
) -> None:
    """Through two processes of the API, which share nothing but the ledger."""
    service = start(API, **several, **ledger)
    with service.client() as client, ThreadPoolExecutor(POSTS) as threads:

        def post(content: bytes) -> tuple[int, str, bool]:
            headers = {"Idempotency-Key": "night audit", "Content-Type": "application/json"}
            answer = client.post("/api/v1/optimize", content=content, headers=headers)
            told = answer.json()
            return (
                answer.status_code,
                told.get("job_id", told.get("error")),
                "Idempotent-Replayed" in answer.headers,
            )

        answers = list(threads.map(post, [HOTEL] * POSTS))
        assert {status for status, _, _ in answers} == {200}
        assert len({job_id for _, job_id, _ in answers}) == 1
        assert [is_replayed for _, _, is_replayed in answers].count(False) == 1
        assert len(client.get("/api/v1/jobs").json()["jobs"]) == 1
        assert post(HOTEL + b" ") == (422, "idempotency-key-reused", False)
