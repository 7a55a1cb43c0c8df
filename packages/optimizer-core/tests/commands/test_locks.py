import csv
import io
import json
from pathlib import Path

import pytest

from optimizer_core.cli import main

EXAMPLES = Path(__file__).resolve().parents[4] / "examples"

HOTEL = {
    "ProblemId": "a lock that costs a night",
    "Rooms": [{"RoomNumber": "1"}, {"RoomNumber": "2"}],
    "Reservations": [
        {"Id": 1, "Arrival": "2027-03-01", "Length": 3, "AssignedRoom": "1", "IsLocked": True},
        {"Id": 2, "Arrival": "2027-03-05", "Length": 3, "AssignedRoom": "1", "IsLocked": True},
        {"Id": 3, "Arrival": "2027-03-01", "Length": 4, "AssignedRoom": "2", "IsLocked": True},
    ],
}


@pytest.fixture
def hotel(tmp_path: Path) -> str:
    file = tmp_path / "hotel.json"
    file.write_text(json.dumps(HOTEL))
    return str(file)


def test_the_table_lists_the_dearest_lock_first(hotel: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locks", hotel]) == 0
    head, first, second, third, total = capsys.readouterr().out.splitlines()
    assert head.split() == ["room", "arrival", "nights", "at", "least", "at", "most", "price", "guest"]
    assert first.split() == ["1", "2027-03-05", "3", "32", "32", "32", "2"]
    assert second.split() == ["1", "2027-03-01", "3", "0", "0", "0", "1"]
    assert third.split() == ["2", "2027-03-01", "4", "0", "0", "0", "3"]
    assert total == "3 locks, 3 with an exact price"


def test_csv_and_json_have_the_same_numbers(
    hotel: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["locks", hotel, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    target = tmp_path / "locks.json"
    assert main(["locks", hotel, "--format", "json", "-o", str(target)]) == 0
    entries = json.loads(target.read_text())["LockPrices"]
    assert [float(row["price"]) for row in rows] == [entry["Price"] for entry in entries] == [32.0, 0.0, 0.0]
    assert [entry["Reservation"] for entry in entries] == [1, 0, 2]


def test_the_result_document_has_them_where_restrictions_are_asked_for(hotel: str, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    assert main(["optimize", hotel, "--restrictions", "-o", str(result)]) == 0
    entries = json.loads(result.read_text())["LockPrices"]
    assert [(entry["Id"], entry["Price"]) for entry in entries] == [(2, 32.0), (1, 0.0), (3, 0.0)]
    assert main(["verify", hotel, str(result)]) == 0


def test_no_lock_and_no_plan_are_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    free = [{**stay, "IsLocked": False} for stay in HOTEL["Reservations"]]  # type: ignore[dict-item]
    file = tmp_path / "free.json"
    file.write_text(json.dumps({**HOTEL, "Reservations": free}))
    assert main(["locks", str(file)]) == 0
    assert capsys.readouterr().out == "no lock keeps a stay in its room that could move otherwise\n"
    assert main(["locks", str(EXAMPLES / "infeasible.json")]) == 3
    assert "there is no plan, so locks have no price" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--exact", "-1"], ["--format", "svg"], ["--time-limit", "no"]])
def test_a_wrong_option_is_refused(
    hotel: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["locks", hotel, *arguments])
    assert caught.value.code == 2
    assert arguments[0] in capsys.readouterr().err
