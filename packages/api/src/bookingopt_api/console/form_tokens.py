"""A token in each form that submits a job: a form that is sent several times makes only one."""

from __future__ import annotations

import hashlib
import secrets
from typing import Annotated

from fastapi import Form
from markupsafe import Markup

FIELD = "once"
LONGEST_TOKEN = 64

FormToken = Annotated[str, Form(alias=FIELD, max_length=LONGEST_TOKEN)]
"""The token of a form that was sent; empty if a program sent none."""


def token_field() -> Markup:
    """Return a hidden field with a token, a new one each time a form is rendered."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, secrets.token_urlsafe(16))


def key_of(token: str, asked: bytes) -> str | None:
    """Return the idempotency key for a form; None without a token.

    The key includes the request itself. If a user goes back and sends the form with another file, that is
    another job and not an error; and one form may submit several jobs.
    """
    return f"form {token} {hashlib.sha256(asked).hexdigest()}" if token else None
