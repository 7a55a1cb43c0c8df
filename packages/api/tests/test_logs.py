from __future__ import annotations

import io
import json
import logging

from bookingopt_api.logs import log_event, log_fault, log_trouble
from job_ledger.logging import configure_logs


def test_lines_are_json_from_the_level_on(log: io.StringIO) -> None:
    configure_logs("WARNING", log)
    log_event("not told")
    log_trouble("told", host="127.0.0.1")
    (line,) = map(json.loads, log.getvalue().splitlines())
    assert (line["event"], line["level"], line["host"]) == ("told", "warning", "127.0.0.1")


def test_what_an_error_says_is_not_logged_by_anybody(log: io.StringIO) -> None:
    try:
        int("Ada Lovelace")
    except ValueError as error:
        log_fault(error, "r1")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["error_class"] for line in lines] == ["ValueError", "ValueError"]
    assert "Ada" not in log.getvalue()
