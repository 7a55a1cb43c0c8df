"""Exit codes are a promise to scripts."""

from optimizer_core.commands.exit_code import ExitCode


def test_the_codes_never_change() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "DONE": 0,
        "REFUSED": 1,
        "BAD_INPUT": 2,
        "INFEASIBLE": 3,
        "NO_PLAN": 4,
        "BACKEND_FAILED": 5,
        "INTERRUPTED": 130,
    }
