"""The tape chart as a file, whose suffix selects the picture format."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.picture import tape_chart_png, tape_chart_svg
from optimizer_core.wire import ResultDocument

_SUFFIXES = (".svg", ".png")


def check_suffix(name: str) -> None:
    """Check that the suffix of a file name is a picture format.

    Parameters
    ----------
    name
        Path of the picture.

    Raises
    ------
    InvalidInput
        If the suffix is not ``.svg`` or ``.png``.
    """
    if Path(name).suffix.lower() not in _SUFFIXES:
        raise InvalidInput([Fault((name,), "charts are drawn as .svg or .png; name such a file")])


def draw(result: ResultDocument, name: str, show: Literal["before", "after", "both"]) -> bytes:
    """Return the tape chart of a result in the picture format of a file name.

    Parameters
    ----------
    result
        The result.
    name
        Path whose suffix is ``.svg`` or ``.png``.
    show
        Which side: the current rooms, the plan, or both.

    Raises
    ------
    InvalidInput
        If there is nothing to draw or the picture would be too large.
    """
    if Path(name).suffix.lower() == ".png":
        return tape_chart_png(result, show=show)
    return tape_chart_svg(result, show=show).encode()
