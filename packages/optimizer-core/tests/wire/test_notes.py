"""Warnings that say the same are told once."""

from optimizer_core.wire.notes import Notes


def test_equal_warnings_of_one_field_are_told_once_with_their_number() -> None:
    notes = Notes()
    for row in (4, 7, 9):
        notes.add(("Rooms", row, "RoomType"), "strange")
    notes.add(("Rooms", 1, "RoomNumber"), "strange")
    assert [str(warning) for warning in notes.warnings()] == [
        "Rooms[4].RoomType: strange (3 places)",
        "Rooms[1].RoomNumber: strange",
    ]


def test_without_notes_there_are_no_warnings() -> None:
    assert Notes().warnings() == ()
