import json
from pathlib import Path

from bookingopt_api.console.example_hotels import EXAMPLES, FOLDER
from optimizer_core.wire import load_problem

REPOSITORY = Path(__file__).parents[4] / "examples"


def test_each_example_is_that_of_the_repository() -> None:
    for hotel in EXAMPLES.values():
        assert hotel.document == (REPOSITORY / f"{hotel.name}.json").read_bytes(), hotel.name


def test_every_file_is_offered() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(EXAMPLES)


def test_each_summary_counts_right() -> None:
    words = {2: "Two", 4: "four"}
    for hotel in EXAMPLES.values():
        load_problem(hotel.document)
        document = json.loads(hotel.document)
        types = {room["RoomType"] for room in document["Rooms"]}
        assert f"{len(document['Reservations'])} stays" in hotel.summary
        assert f"{words[len(types)]} types" in hotel.summary
