import csv
import io
import json
from pathlib import Path

import pytest

from optimizer_core.cli import main
from optimizer_core.domain import Plan
from optimizer_core.objective import score
from optimizer_core.verification import verify
from optimizer_core.wire import load_problem

EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "ten-rooms.json"


def test_each_plan_of_the_curve_costs_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Moves rise, the value falls, no bound is above its value, and the ends are the known ones."""
    assert main(["tradeoff", str(EXAMPLE), "--format", "json"]) == 0
    points = json.loads(capsys.readouterr().out)["TradeOff"]
    problem = load_problem(EXAMPLE.read_bytes()).problem
    for point in points:
        plan = Plan(point["Rooms"])
        assert verify(problem, plan) == []
        found = score(problem, plan)
        assert (point["Moves"], point["Value"]) == (found.moves.total, float(found.value))
        assert point["Bound"] <= point["Value"]
    moves = [point["Moves"] for point in points]
    values = [point["Value"] for point in points]
    assert moves == sorted(set(moves))
    assert values == sorted(set(values), reverse=True)
    assert (moves[0], values[0], moves[-1], values[-1]) == (0, 38.75, 5, 15.75)


def test_as_csv_and_as_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tradeoff", str(EXAMPLE), "--points", "3", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 3
    assert rows[0]["moves"] == "0"
    picture = tmp_path / "curve.svg"
    assert main(["tradeoff", str(EXAMPLE), "--points", "3", "--format", "svg", "-o", str(picture)]) == 0
    assert picture.read_text().count("<circle ") == 3


@pytest.mark.parametrize("points", ["1", "201", "-1", "many"])
def test_an_absurd_number_of_points_ends_with_2(points: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["tradeoff", str(EXAMPLE), "--points", points])
    assert ended.value.code == 2
    assert "--points" in capsys.readouterr().err
