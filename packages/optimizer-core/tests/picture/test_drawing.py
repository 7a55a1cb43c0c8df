"""The suffix of a file name says which picture is drawn."""

import pytest

from optimizer_core.errors import InvalidInput
from optimizer_core.picture.drawing import check_suffix


@pytest.mark.parametrize("name", ["plan.svg", "plan.PNG", "folder.x/plan.svg"])
def test_two_suffixes_are_known(name: str) -> None:
    check_suffix(name)


@pytest.mark.parametrize("name", ["plan", "plan.pdf", ".svg"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"charts are drawn as \.svg or \.png"):
        check_suffix(name)
