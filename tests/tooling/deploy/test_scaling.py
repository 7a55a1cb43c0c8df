"""The number of workers follows the queue, between two bounds, and without fidgeting."""

import pytest

from tooling.deploy.scaling import ask_open, ask_queued, count_jobs, workers_for
from tooling.deploy.site import Site
from tooling.deploy.stage import Stage


@pytest.mark.parametrize(
    ("queued", "now", "wanted"),
    [
        (0, 1, 1),  # nothing to do, nothing to stop
        (5, 1, 1),
        (6, 1, 2),
        (60, 1, 4),  # up at once, to the upper bound
        (1, 4, 4),  # as long as something waits, nobody is stopped
        (0, 4, 3),  # down by one
        (0, 0, 1),  # never below the lower bound
        (0, 9, 4),  # nor above the upper one
    ],
)
def test_workers_go_up_with_the_queue_and_down_slowly(queued: int, now: int, wanted: int) -> None:
    assert workers_for(queued, now, least=1, most=4, per_worker=5) == wanted


def test_the_length_of_the_queue_is_read_from_what_the_api_tells() -> None:
    metrics = (
        '# HELP x\nbookingopt_jobs_open{state="running"} 2.0\nbookingopt_jobs_open{state="queued"} 17.0\n'
    )
    assert count_jobs(metrics, "queued") == 17
    assert count_jobs(metrics, "running") == 2
    with pytest.raises(SystemExit, match="is Redis up"):
        count_jobs("bookingopt_ledger_up 0.0\n", "queued")


def test_the_queue_is_asked_for_where_no_worker_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is when workers are wanted most: no command may need one."""
    site = Site(Stage(name="lab", host="lab", domain="lab.example", images="stream", tls="given"))
    asked: list[str] = []

    def answer(_: object, script: str, *, assumed: str = "") -> str:
        assert "worker" not in script
        asked.append(script)
        return (
            "7"
            if assumed.startswith("bookingopt-blue-api")
            else 'bookingopt_jobs_open{state="queued"} 3.0\nbookingopt_jobs_open{state="running"} 2.0'
        )

    monkeypatch.setattr("tooling.deploy.host.Host.ask", answer)
    assert ask_queued(site, "blue") == 3
    assert "docker exec 7 " in asked[1]
    assert ask_open(site, "blue") == 5
