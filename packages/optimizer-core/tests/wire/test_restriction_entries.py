"""Entries about restrictions refuse what they cannot mean."""

from typing import Any

import pytest
from pydantic import ValidationError

from optimizer_core.wire.restriction_entries import RestrictedDate


@pytest.mark.parametrize(
    "values",
    [{"FullPatternLos": "YX"}, {"FullPatternLos": ""}, {"MinLosArrival": 1.5}, {"ClosedToArrival": 1}],
)
def test_values_of_a_wrong_kind_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RestrictedDate.model_validate({"Date": "2026-05-01", **values})


def test_no_restriction_is_null() -> None:
    entry = RestrictedDate.model_validate({"Date": "2026-05-01"})
    assert entry.model_dump(by_alias=True)["MinLosThrough"] is None
