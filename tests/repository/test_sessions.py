"""A session that cannot do its work fails, and says what to do."""

from __future__ import annotations

import subprocess
from pathlib import Path


def test_without_a_browser_the_session_of_the_page_fails_with_the_remedy(root: Path, tmp_path: Path) -> None:
    """Neither a browser nor what would install one is on this search path."""
    nox = [str(root / ".venv" / "bin" / "python"), "-m", "nox", "-s", "browser"]
    done = subprocess.run(
        nox, cwd=root, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "apt-get install chromium" in done.stderr
