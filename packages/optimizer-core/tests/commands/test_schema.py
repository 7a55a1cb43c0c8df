"""`bookingopt schema` prints the schemas of the documents."""

import json

import pytest

from optimizer_core.cli import main
from optimizer_core.wire import schema


@pytest.mark.parametrize("name", ["problem", "result"])
def test_the_schema_is_printed_as_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out) == schema(name)
