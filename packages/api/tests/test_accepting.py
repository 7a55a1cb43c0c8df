from __future__ import annotations

import pytest

from bookingopt_api.accepting import accept_job
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources
from job_ledger import NewJob


def test_a_job_is_told_to_the_queue_once(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever repeats a request with its key gets the job, and no worker hears of it again."""
    told: list[str] = []
    monkeypatch.setattr(resources.queue, "deliver", told.append)
    new = NewJob("ann", "p", b"{}", idempotency_key="k")
    first, second = accept_job(new, resources), accept_job(new, resources)
    assert told == [first.job.job_id] == [second.job.job_id]
    assert first.headers == {"Location": f"/api/v1/jobs/{first.job.job_id}"}
    assert second.headers == {**first.headers, "Idempotent-Replayed": "true"}


def test_a_job_that_is_not_accepted_is_told_to_nobody(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept_job(NewJob("ann", "p", b"{}", idempotency_key="k"), resources)
    told: list[str] = []
    monkeypatch.setattr(resources.queue, "deliver", told.append)
    with pytest.raises(ApiProblem) as caught:
        accept_job(NewJob("ann", "p", b"[]", idempotency_key="k"), resources)
    assert caught.value.kind == "idempotency-key-reused"
    monkeypatch.undo()
    accept_job(NewJob("ann", "p", b"{}"), resources)
    accept_job(NewJob("ann", "p", b"{}"), resources)
    monkeypatch.setattr(resources.queue, "deliver", told.append)
    with pytest.raises(ApiProblem) as caught:
        accept_job(NewJob("ann", "p", b"{}"), resources)
    assert (caught.value.kind, caught.value.headers["Retry-After"]) == ("too-many-jobs", "5")
    assert told == []
