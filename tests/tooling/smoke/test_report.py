"""Every check is made, and the table tells what was found."""

import pytest

from tooling.smoke.report import CheckFailed, Finding, need, print_findings, run_checks


def fails(error: Exception) -> str:
    raise error


def test_all_checks_run_also_after_one_has_failed() -> None:
    findings = run_checks(
        {
            "wrong": lambda: fails(CheckFailed("it is blue\nand more")),
            "silent": lambda: fails(ConnectionRefusedError("nobody there")),
            "garbled": lambda: fails(KeyError("status")),
            "right": lambda: "as it must be",
        }
    )
    assert findings == [
        Finding("wrong", is_right=False, detail="it is blue"),
        Finding("silent", is_right=False, detail="ConnectionRefusedError: nobody there"),
        Finding("garbled", is_right=False, detail="KeyError: 'status'"),
        Finding("right", is_right=True, detail="as it must be"),
    ]


def test_a_fault_of_the_check_itself_is_not_taken_for_one_of_the_service() -> None:
    with pytest.raises(ZeroDivisionError):
        run_checks({"broken": lambda: str(1 // 0)})


def test_the_table_says_pass_and_fail(capsys: pytest.CaptureFixture[str]) -> None:
    right, wrong = Finding("a", is_right=True, detail="x"), Finding("long", is_right=False, detail="y")
    assert print_findings([right])
    assert not print_findings([right, wrong])
    assert capsys.readouterr().out == "pass  a  x\npass  a     x\nFAIL  long  y\n"


def test_what_is_needed_is_told_when_it_is_missing() -> None:
    need(1, "never")
    with pytest.raises(CheckFailed, match="it is empty"):
        need([], "it is empty")
