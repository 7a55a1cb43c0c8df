"""The JSON Schemas describe what is accepted and what is written."""

from typing import Any

import pytest

from optimizer_core.wire import ProblemDocument, ResultDocument, schema


@pytest.mark.parametrize(("name", "model"), [("problem", ProblemDocument), ("result", ResultDocument)])
def test_every_field_is_described_in_the_spelling_of_the_documents(
    name: str, model: type[ProblemDocument | ResultDocument]
) -> None:
    described = schema(name)
    assert described["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(described["properties"]) == {field.alias for field in model.model_fields.values()}
    assert described["additionalProperties"] is False


def test_required_fields_and_kinds_of_a_reservation() -> None:
    reservation: dict[str, Any] = schema("problem")["$defs"]["Reservation"]
    assert set(reservation["required"]) == {"Arrival", "Length"}
    assert reservation["properties"]["Arrival"] == {"format": "date", "title": "Arrival", "type": "string"}
    assert reservation["properties"]["Length"]["type"] == "integer"


def test_other_names_have_no_schema() -> None:
    with pytest.raises(KeyError):
        schema("plan")
