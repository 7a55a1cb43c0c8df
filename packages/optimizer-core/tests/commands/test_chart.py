"""`bookingopt chart` draws a result into a file, or as SVG into a pipe."""

import io
import sys
from pathlib import Path

import pytest

from optimizer_core.cli import main

Printed = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("name", "begins"), [("plan.svg", b"<"), ("plan.png", b"\x89PNG")])
def test_the_suffix_says_which_picture(result_file: Path, name: str, begins: bytes) -> None:
    target = result_file.parent / name
    assert main(["chart", str(result_file), "-o", str(target)]) == 0
    assert target.read_bytes().startswith(begins)


def test_without_a_file_svg_goes_to_standard_output(result_file: Path, capsys: Printed) -> None:
    assert main(["chart", str(result_file)]) == 0
    picture = capsys.readouterr().out
    assert "<svg" in picture
    assert picture.rstrip().endswith("</svg>")


def test_sides_can_be_drawn_alone(result_file: Path) -> None:
    pictures = {}
    for side in ("before", "after", "both"):
        target = result_file.parent / f"{side}.svg"
        assert main(["chart", str(result_file), f"--{side}", "-o", str(target)]) == 0
        pictures[side] = target.read_text(encoding="utf-8")
    assert len(set(pictures.values())) == 3
    assert len(pictures["both"]) > max(len(pictures["before"]), len(pictures["after"]))


def test_a_terminal_gets_no_picture(
    result_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with monkeypatch.context() as context:
        context.setattr(sys, "stdout", Terminal())
        assert main(["chart", str(result_file)]) == 2
    assert "name a file with -o" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["plan.jpg", "plan", "result.json"])
def test_a_wrong_target_is_refused(result_file: Path, name: str, capsys: Printed) -> None:
    before = result_file.read_bytes()
    assert main(["chart", str(result_file), "-o", str(result_file.parent / name)]) == 2
    assert "charts are drawn as .svg or .png" in capsys.readouterr().err
    assert result_file.read_bytes() == before


def test_what_is_no_result_is_refused(problem_file: Path, capsys: Printed) -> None:
    target = problem_file.parent / "plan.svg"
    assert main(["chart", str(problem_file), "-o", str(target)]) == 2
    assert not target.exists()
    assert "Reservations: unknown field" in capsys.readouterr().err
