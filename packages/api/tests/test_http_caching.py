from __future__ import annotations

import pytest

from bookingopt_api.http_caching import is_known


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (None, False),
        ("", False),
        ('"t"', True),
        ('W/"t"', True),
        ('"a", "t"', True),
        ("*", True),
        ('"tt"', False),
    ],
)
def test_a_client_reports_what_it_has(sent: str | None, expected: bool) -> None:
    assert is_known({"ETag": '"t"'}, sent) is expected


def test_an_answer_without_a_tag_is_new_to_every_client() -> None:
    assert not is_known({}, "*")
