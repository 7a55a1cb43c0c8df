"""What was deployed is written down line by line, and tells where a rollback goes."""

from datetime import UTC, datetime

import pytest

from tooling.deploy.releases import Entry, Event, ReleaseLog, other, read_entry


def entry(release: str, event: Event = Event.LIVE, color: str = "blue") -> Entry:
    return Entry(
        time=datetime(2026, 11, 23, 12, tzinfo=UTC), event=event, release=release, revision="0" * 40,
        color=color, images={"api": "sha256:1", "worker": "sha256:2"}, by="somebody",
    )  # fmt: skip


def test_an_entry_is_one_line_that_reads_back() -> None:
    line = entry("v1.0.0").line()
    assert "\n" not in line
    assert read_entry(line) == entry("v1.0.0")


@pytest.mark.parametrize(
    "line", ["", "{", "{}", "[]", '{"time": 3}', entry("v1").line().replace("blue", "red")]
)
def test_a_line_that_is_no_entry_is_refused(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own and ours: what matters is that it is refused
        read_entry(line)


@pytest.mark.parametrize("release", ["", "../x", "a b", "-v", "x" * 129])
def test_a_name_that_could_be_a_path_or_a_flag_is_refused(release: str) -> None:
    with pytest.raises(ValueError, match="is not a tag"):
        entry(release)


def test_a_line_that_was_cut_off_is_passed_over() -> None:
    log = ReleaseLog.read(f"{entry('v1').line()}\n{entry('v2').line()[:40]}")
    assert [found.release for found in log.entries] == ["v1"]


def test_what_only_started_is_not_live() -> None:
    log = ReleaseLog([entry("v1"), entry("v2", Event.STARTED), entry("v2", Event.FAILED)])
    assert log.live == entry("v1")
    assert ReleaseLog().live is None


def test_a_rollback_goes_to_the_last_good_release_before() -> None:
    log = ReleaseLog([entry("v1"), entry("v2"), entry("v3", Event.FAILED), entry("v4")])
    assert log.back().release == "v2"
    assert log.back("v1").release == "v1"


def test_a_rollback_does_not_go_forward_again() -> None:
    """After a rollback from v3 to v2, the next one goes to v1; by name v3 is still there."""
    log = ReleaseLog([entry("v1"), entry("v2"), entry("v3"), entry("v3", Event.FAILED), entry("v2")])
    assert log.back().release == "v1"
    assert log.back("v3").release == "v3"


def test_a_release_that_failed_once_and_then_went_well_counts_as_good() -> None:
    log = ReleaseLog(
        [entry("v1"), entry("v2", Event.FAILED), entry("v2", Event.STARTED), entry("v2"), entry("v3")]
    )
    assert log.back().release == "v2"


def test_without_a_release_to_go_back_to_the_error_names_those_there_are() -> None:
    with pytest.raises(LookupError, match="nothing was deployed"):
        ReleaseLog([entry("v1", Event.STARTED)]).back()
    with pytest.raises(LookupError, match="no good release before 'v1'; live were: v1"):
        ReleaseLog([entry("v1")]).back()
    with pytest.raises(LookupError, match="'v9' never was live here; live were: v1, v2"):
        ReleaseLog([entry("v1"), entry("v2")]).back("v9")


def test_tries_that_failed_push_no_good_release_out() -> None:
    """However many they are, what a rollback goes to is still there afterwards."""
    failed = [entry(f"bad{number}", Event.FAILED) for number in range(9)]
    log = ReleaseLog([entry("v1"), entry("v2"), *failed, entry("v3")])
    assert log.kept(5) == {"v1", "v2", "v3"}
    assert log.kept(1) == {"v3", log.back().release}
    assert ReleaseLog([entry("v1", Event.FAILED)]).kept(5) == set()


def test_there_are_two_colors() -> None:
    assert [other("blue"), other("green")] == ["green", "blue"]
