from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from job_ledger.memory import container_bytes, limit_memory

PROGRAM = """
from pathlib import Path
from job_ledger.memory import limit_memory
limit_memory({limit})
print(Path("/proc/self/oom_score_adj").read_text().strip())
try:
    bytes(1_500_000_000)
except MemoryError:
    print("refused")
"""


@pytest.mark.parametrize(("text", "expected"), [("2147483648\n", 2_147_483_648), ("max\n", None)])
def test_the_memory_of_a_container_is_told_by_a_file(tmp_path: Path, text: str, expected: int | None) -> None:
    (tmp_path / "memory.max").write_text(text)
    assert container_bytes(tmp_path / "memory.max") == expected


def test_where_there_is_no_such_file_there_is_no_limit(tmp_path: Path) -> None:
    assert container_bytes(tmp_path / "memory.max") is None


@pytest.mark.skipif(sys.platform != "linux", reason="what it is about is of Linux")
@pytest.mark.parametrize(("limit", "words"), [(1_000_000_000, ["1000", "refused"]), (None, ["1000"])])
def test_a_process_limits_itself_and_is_the_first_to_go(limit: int | None, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(limit=limit)], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == words


def test_a_machine_without_such_a_file_is_no_fault(tmp_path: Path) -> None:
    limit_memory(None, tmp_path / "missing" / "oom_score_adj")
