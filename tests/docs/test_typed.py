"""What is typed is taken apart as a shell does it."""

from __future__ import annotations

import subprocess

import pytest

from tests.docs.blocks import SHELL, Block, blocks, pages
from tests.docs.typed import SUBSTITUTED, Line, calls_of, lines_of

SHELL_BLOCKS = [block for page in pages() for block in blocks(page) if block.language in SHELL]


@pytest.mark.parametrize("page", sorted({block.page for block in SHELL_BLOCKS}))
def test_a_shell_reads_every_line(page: str) -> None:
    lines = [line for block in SHELL_BLOCKS if block.page == page for line in lines_of(block)]
    for line in lines:
        done = subprocess.run(["bash", "-n"], input=line.text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}: {done.stderr}"
    assert lines


def test_a_shell_reads_the_commands_of_the_checklist() -> None:
    """`preflight` runs them: tests/drill. The page is made of its rows: tests/tooling."""
    (block,) = blocks("docs/checklist.md")
    done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_console_has_lines_and_what_they_print() -> None:
    block = Block("page.md", 3, "console", "$ one \\\n  more\nprinted\n\n$ two")
    assert lines_of(block) == [Line("page.md", 3, "one   more", ("printed", "")), Line("page.md", 7, "two")]


def test_a_script_has_lines_without_prompts_and_without_comments() -> None:
    block = Block("page.md", 1, "sh", "# first\none  # why\n\ntwo")
    assert [(line.number, line.text) for line in lines_of(block)] == [(2, "one  # why"), (4, "two")]
    assert [call.arguments for call in calls_of("one  # why")] == [()]


def test_a_pipeline_is_several_calls_that_read_from_each_other() -> None:
    logs, grep, tail = calls_of("logs api 1h 2>&1 | grep -i 'a | b' | tail > out.txt")
    assert (logs.program, logs.arguments) == ("logs", ("api", "1h"))
    assert grep.arguments == ("-i", "a | b")
    assert grep.reads_from == logs
    assert tail.reads_from == grep
    assert tail.arguments == ()


def test_a_substitution_is_a_call_of_its_own() -> None:
    of, docker, echo = calls_of("docker exec $(of redis) healthy && echo 'it answers'")
    assert of.arguments == ("redis",)
    assert docker.arguments == ("exec", SUBSTITUTED, "healthy")
    assert echo.reads_from is None


def test_settings_before_a_program_are_its_own() -> None:
    (call,) = calls_of("SITE_URL=https://a.b/c SITE_PROBE=site docker compose up")
    assert call.settings == {"SITE_URL": "https://a.b/c", "SITE_PROBE": "site"}
    assert call.program == "docker"


def test_the_body_of_a_function_is_what_it_calls() -> None:
    function = 'logs() { for id in $(of "$1"); do docker logs "$id" 2>&1; done; }'
    assert [call.program for call in calls_of(function)] == ["of", "docker"]
