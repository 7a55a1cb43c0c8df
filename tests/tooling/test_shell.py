"""Commands are printed before they run, and a failure says what it was."""

import pytest

from tooling.shell import CommandFailed, ask, pipe, run


def test_a_dry_run_prints_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run(["false"], dry_run=True)
    pipe(["false"], ["cat", "two words"], dry_run=True)
    assert ask(["false"], dry_run=True, assumed="blue") == "blue"
    assert capsys.readouterr().out == "$ false\n$ false | cat 'two words'\n$ false\n"


def test_a_question_is_answered_without_a_word_about_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(["printf", "a\nb\n\n"]) == "a\nb"
    assert capsys.readouterr().out == ""


def test_a_failure_has_the_code_and_the_last_words_of_the_command() -> None:
    with pytest.raises(CommandFailed) as failed:
        ask(["sh", "-c", "echo first; echo 'no such host' >&2; exit 7"])
    assert failed.value.exit_code == 7
    assert str(failed.value).endswith("ended with 7: no such host")
    assert failed.value.code == str(failed.value), "whoever does not catch it still learns what was said"


def test_text_is_what_the_command_reads(capfd: pytest.CaptureFixture[str]) -> None:
    run(["tr", "a-z", "A-Z"], dry_run=False, text="blue")
    assert capfd.readouterr().out.endswith("BLUE")


def test_a_failed_source_is_not_covered_by_a_happy_sink() -> None:
    with pytest.raises(CommandFailed) as failed:
        pipe(["sh", "-c", "echo half; exit 3"], ["cat"], dry_run=False)
    assert failed.value.code == 3


def test_the_sink_is_blamed_when_it_ends_early() -> None:
    with pytest.raises(CommandFailed) as failed:
        pipe(["yes"], ["sh", "-c", "exit 5"], dry_run=False)
    assert failed.value.code == 5
