from job_ledger.state import FINAL_STATES, OPEN_STATES, JobState


def test_a_state_is_open_or_final_and_never_both() -> None:
    assert set(JobState) == OPEN_STATES | FINAL_STATES
    assert set() == OPEN_STATES & FINAL_STATES
    assert {state for state in JobState if state.is_final} == FINAL_STATES


def test_nothing_follows_a_final_state() -> None:
    assert not any(final.may_become(state) for final in FINAL_STATES for state in JobState)


def test_a_queued_job_has_to_run_before_it_can_be_completed() -> None:
    assert not JobState.QUEUED.may_become(JobState.COMPLETED)
    assert JobState.QUEUED.may_become(JobState.RUNNING)
    assert JobState.RUNNING.may_become(JobState.COMPLETED)


def test_a_running_job_may_be_given_back_and_taken_over() -> None:
    assert JobState.RUNNING.may_become(JobState.QUEUED)
    assert JobState.RUNNING.may_become(JobState.RUNNING)
