"""Deployment and rollback pass their gates while the queue is full of long jobs."""

from __future__ import annotations

import pytest

from tests.drill.world import World, tell
from tests.integration.hotels import slow_hotel_document

pytestmark = pytest.mark.integration

USERS, JOBS_EACH = 10, 3
SECONDS_EACH = 110
"""So many of so long that two sets of workers are not done with them before both commands have ended."""
FEWEST_LEFT = 12


def test_a_release_goes_out_and_back_while_the_queue_is_full(world: World, releases: dict[str, str]) -> None:
    world.need_deployed("production", releases["first"])
    keys = [world.key("production", f"patient-{number}") for number in range(USERS)]
    jobs = world.inside(
        "production", "submit_many", world.container("production", "api"), keys=keys, jobs_each=JOBS_EACH,
        jobs=USERS * JOBS_EACH, document=slow_hotel_document().decode(),
        query=f"?time_limit_seconds={SECONDS_EACH}",
    )  # fmt: skip
    address = world.address("production")
    owners = {job: keys[number // JOBS_EACH] for number, (_, job) in enumerate(jobs)}

    def is_open(job: str) -> bool:
        found = world.ask(address, owners[job], "GET", f"/api/v1/jobs/{job}")
        return found["status"] in {"queued", "running"}

    deployed = world.invoke("deploy.prod", "--release", releases["second"], "--yes")
    assert "not waited for" in deployed
    assert sum(map(is_open, owners)) >= FEWEST_LEFT, "the queue was full until its end"
    back = world.invoke("rollback.prod", "--without-smoke", "--yes")
    assert "smoke test" not in back
    left = [job for job in owners if is_open(job)]
    assert left
    assert world.live("production") == f"bookingopt-api:{releases['first']}"
    for job in left:
        world.ask(address, owners[job], "DELETE", f"/api/v1/jobs/{job}")
    tell(f"{len(left)} of {len(owners)} jobs were still open after a deployment and a rollback")
