# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets: kept as keyed hashes, and masked in whatever is written down (headers, query, form and JSON bodies)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from .bodies import read_json

# How many redacted bodies are kept for the next time that the same one is to be shown.
MOST_REMEMBERED = 1024
# One constant key for every run: equal secrets must compare equal between two simulators.
_KEY = b"backupfleet.rest simulator: test secrets only"
MASK = "***"
SECRET_NAME = re.compile(
    r"(^|_)code$|(pass(word|phrase)|secret|token|certificate|(secret|shared|private|access)_?key|keyfile|communitystring)$",
    re.I,
)
# An object of this name holds the credentials of the caller.
SECRET_OBJECT = "securityCtx"
SECRET_HEADER = re.compile(r"authorization|cookie|token|session", re.I)
FORM = "application/x-www-form-urlencoded"
# The fields of the forms that services take; any other name is a piece of a password that was not encoded.
FORM_FIELDS = (
    "grant_type",
    "username",
    "password",
    "refresh_token",
    "code",
    "vbr_token",
    "mfa_token",
    "mfa_code",
    "use_short_term_refresh",
    "short_lived_refresh_token",
)


def seal(value: str) -> str:
    """The keyed hash of a secret; "" for an empty one."""
    if not value:
        return ""
    return hmac.new(_KEY, value.encode(), hashlib.sha256).hexdigest()


def matches(sealed: str, value: str) -> bool:
    """Whether a value is the secret that was sealed."""
    return hmac.compare_digest(sealed, seal(value))


def redact(value: Any, name: str = "") -> Any:
    """A copy of a JSON value with a mask in the place of every non-empty string under the name of a secret."""
    if isinstance(value, dict):
        return {key: MASK if key == SECRET_OBJECT else redact(item, str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [redact(item, name) for item in value]
    if isinstance(value, str) and value and _is_of_a_secret(name):
        return MASK
    return value


@lru_cache(maxsize=4096)
def _is_of_a_secret(name: str) -> bool:
    """Remembered: each exchange is redacted, and names come again and again."""
    return bool(SECRET_NAME.search(name))


@lru_cache(maxsize=4096)
def _is_header_of_a_secret(name: str) -> bool:
    return bool(SECRET_HEADER.search(name))


def redact_query(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A query, which may be a form that was sent to the wrong place."""
    misplaced = any(_is_of_a_secret(name) and name.lower() in FORM_FIELDS for name in fields)
    return redact_form(fields) if misplaced else dict(redact(dict(fields)))


def redact_form(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A form. A name that no form has may be a piece of a secret, like its value: neither is shown."""
    shown: dict[str, Any] = redact({name: value for name, value in fields.items() if name.lower() in FORM_FIELDS})
    return shown | ({MASK: MASK} if len(shown) < len(fields) else {})


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: MASK if _is_header_of_a_secret(name) else value for name, value in headers.items()}


def redact_body(body: bytes, content_type: str) -> Any:
    """The body as it may be shown: JSON and forms redacted, anything else only by its size.

    The same answers come again and again, so they are remembered; by their digests, because they may hold secrets.
    Whoever gets one leaves it as it is.
    """
    if not body:
        return None
    key = hashlib.sha256(content_type.encode() + b"\n" + body).digest()
    shown = _remembered.get(key, _NOTHING)
    if shown is _NOTHING:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        shown = _remembered[key] = _redacted(body, content_type)
    return shown


_NOTHING = object()
_remembered: dict[bytes, Any] = {}


def _redacted(body: bytes, content_type: str) -> Any:
    if content_type.lower().startswith(FORM):
        return redact_form(dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))
    try:
        return redact(read_json(body))
    except ValueError:
        return f"{len(body)} bytes"
