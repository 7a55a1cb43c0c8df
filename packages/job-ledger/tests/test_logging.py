import json
import logging
from collections.abc import Callable


def test_an_exception_is_logged_by_its_class_and_places_alone(
    lines: Callable[[], list[dict[str, object]]],
) -> None:
    """Also where a library logs it."""
    try:
        int("Ann Guest")
    except ValueError:
        logging.getLogger("huey.consumer").exception("Unhandled error")
    (line,) = lines()
    assert line["error_class"] == "ValueError"
    assert "test_logging.py" in str(line["places"])
    assert "Ann" not in json.dumps(line)


def test_what_huey_says_of_each_message_is_left_out(lines: Callable[[], list[dict[str, object]]]) -> None:
    logging.getLogger("huey").info("Executing run_job")
    logging.getLogger("huey.consumer").warning("Worker 1 died, restarting.")
    assert [line["event"] for line in lines()] == ["Worker 1 died, restarting."]


def test_lines_begin_at_a_level(lines: Callable[[], list[dict[str, object]]]) -> None:
    logging.getLogger("anything").debug("too much")
    logging.getLogger("anything").info("just right")
    (line,) = lines()
    assert (line["event"], line["level"], line["logger"]) == ("just right", "info", "anything")
    assert str(line["timestamp"]).endswith("Z")
