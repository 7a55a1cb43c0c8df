import pytest
from fastapi import Request

from bookingopt_api.callers import Caller
from bookingopt_api.console.submissions import submit_document
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources
from job_ledger import JobOptions, JobState
from optimizer_core.errors import InvalidInput

ANN = Caller("ann")


@pytest.fixture
def request_of_ann() -> Request:
    return Request({"type": "http", "state": {"request_id": "r-1"}, "headers": []})


def test_a_document_becomes_a_job_that_is_delivered(
    request_of_ann: Request, document: bytes, resources: Resources
) -> None:
    job = submit_document(request_of_ann, document, ANN, resources, JobOptions(max_moves=3))
    assert (job.user, job.state, job.problem_id) == ("ann", JobState.QUEUED, "three nights")
    assert (job.options.max_moves, job.request_id) == (3, "r-1")
    assert resources.store.document(job.job_id) == document


def test_a_document_that_is_wrong_is_not_written_down(request_of_ann: Request, resources: Resources) -> None:
    with pytest.raises(InvalidInput):
        submit_document(request_of_ann, b'{"ProblemId": "x"}', ANN, resources)
    assert resources.store.jobs_of("ann").jobs == ()


def test_more_jobs_than_one_may_have_are_refused(
    request_of_ann: Request, document: bytes, resources: Resources
) -> None:
    for _ in range(resources.settings.max_queued_jobs_per_user):
        submit_document(request_of_ann, document, ANN, resources)
    with pytest.raises(ApiProblem, match="too-many-jobs"):
        submit_document(request_of_ann, document, ANN, resources)
