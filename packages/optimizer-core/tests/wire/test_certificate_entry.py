"""A certificate goes into a result document and comes back the same."""

import json

import pytest

from optimizer_core.certificate import Certificate, Inequality, Refused
from optimizer_core.wire.certificate_entry import CertificateEntry, certificate_entry

CERTIFICATE = Certificate(
    "abc",
    32,
    ((None, ("A", "B")), ("A", ("A",))),
    upgrades=Inequality(0, 0, 5, 2, ((0, 3, 1, -7),)),
    moves=Inequality(0, 1, 0, alone=((4, 1 << 60),)),
)


def test_the_entry_is_the_json_of_the_certificate() -> None:
    text = certificate_entry(CERTIFICATE).model_dump_json(by_alias=True, exclude_none=True)
    data = json.loads(text)
    data["Kinds"][0] = [None, ["A", "B"]]
    assert data == CERTIFICATE.to_dict()
    assert CertificateEntry.model_validate(json.loads(text)).to_certificate() == CERTIFICATE


def test_an_entry_of_a_wrong_form_is_refused() -> None:
    wrong = certificate_entry(CERTIFICATE).model_copy(update={"scale": 0})
    with pytest.raises(Refused, match="Scale must be a whole number from 1"):
        wrong.to_certificate()
