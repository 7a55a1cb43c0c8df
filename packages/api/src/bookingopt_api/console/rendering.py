"""Renders templates to pages: globals and filters of the templates, and the headers of every page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from bookingopt_api.console.form_tokens import token_field
from bookingopt_api.console.nights import WEEKDAYS
from optimizer_core.picture import percent

HERE = Path(__file__).parent
STATIC = HERE / "static"
STATIC_PATH = "/static"

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Nothing inline and nothing from other hosts; only pictures in style sheets may be data URLs."""

_ISO_DATE = re.compile(r"\b((?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))\b")

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""Headers of every page."""


def page(
    template: str, context: Mapping[str, object] | None = None, *, status_code: int = 200
) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    template
        Name of a file in templates/.
    context
        Variables of the template.
    status_code
        HTTP status; 200 by default.
    """
    return HTMLResponse(
        _environment().get_template(template).render(context or {}), status_code, headers=HEADERS
    )


@cache
def static_url(name: str) -> str:
    """Return the address of a file in static/, which changes when the file does."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC_PATH}/{name}?v={digest}"


def time_tag(day: date | datetime, style: str = "day") -> Markup:
    """Return a date as ISO text, which a script rewrites in the reader's locale.

    Parameters
    ----------
    day
        The date, or a moment with its zone.
    style
        ``day`` with weekday, ``short`` without weekday and year, ``month``, or ``moment``.
    """
    machine = day.isoformat(timespec="minutes") if isinstance(day, datetime) else day.isoformat()
    readable = machine[:7] if style == "month" else machine[:16].replace("T", " ")
    if style == "day":
        readable = f"{WEEKDAYS[day.weekday()]} {readable}"
    return Markup('<time datetime="{}" data-style="{}">{}</time>').format(machine, style, readable)


def with_dates(text: str) -> Markup:
    """Return a sentence whose ISO dates the page's script rewrites in the reader's locale."""
    pieces = _ISO_DATE.split(text)
    tag = Markup('<time datetime="{0}" data-style="short">{0}</time>')
    return Markup().join(tag.format(piece) if at % 2 else escape(piece) for at, piece in enumerate(pieces))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=static_url, once=token_field)
    environment.filters.update(day=time_tag, dates=with_dates, percent=percent)
    return environment
