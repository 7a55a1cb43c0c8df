from __future__ import annotations

import pytest

from optimizer_core.errors import InvalidDocument
from optimizer_core.wire.exports.options import time_zone


def test_a_time_zone_has_a_name() -> None:
    assert time_zone("Europe/Berlin").key == "Europe/Berlin"


@pytest.mark.parametrize("name", ["Berlin", "", "../etc/passwd", "Europe", "Europe/Berlin\0"])
def test_an_unknown_time_zone_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(InvalidDocument, match="write it like Europe/Berlin"):
        time_zone(name)
