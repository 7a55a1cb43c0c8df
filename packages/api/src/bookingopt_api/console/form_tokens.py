"""A token in each form that makes a job: however often the form is sent, it makes one."""

from __future__ import annotations

import hashlib
import secrets
from typing import Annotated

from fastapi import Form
from markupsafe import Markup

FIELD = "once"
LONGEST_TOKEN = 64

FormToken = Annotated[str, Form(alias=FIELD, max_length=LONGEST_TOKEN)]
"""The token of a form that was sent; empty where a program sent none."""


def token_field() -> Markup:
    """Return a hidden field with a token, a new one each time a form is rendered."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, secrets.token_urlsafe(16))


def key_of(token: str, asked: bytes) -> str | None:
    """Return the idempotency key of what a form asks for; None without a token.

    What is asked for is part of it. A form that somebody has gone back to may be sent with another file,
    and that is another job and no fault; and one form may make several jobs.
    """
    return f"form {token} {hashlib.sha256(asked).hexdigest()}" if token else None
