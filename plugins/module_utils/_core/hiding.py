# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is secret among the options of a task, and the options as they may be shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from .answer import parsed
from .operation import Params
from .option import Option
from .redaction import MASK, is_secret, values_in

# Ansible's own words for it.
NOT_SHOWN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
# An account and its password before a host, with or without a scheme: the last @ before the path ends it.
ACCOUNT = re.compile(r"(?P<before>(?:[a-z][a-z0-9+.-]*://)?[^/:@]*:)(?P<secret>[^/]+)(?=@)", re.I)
# A password with a slash in it: what follows a colon and is no port.
STRAY_ACCOUNT = re.compile(
    r"(?P<before>(?:[a-z][a-z0-9+.-]*://)?[^/:@]*:)(?P<secret>(?!\d*/)[^@]*/.*)(?=@)", re.I | re.S
)

# What Ansible makes of an option that it can read, by type: the others hold texts, or anything.
MADE: dict[str, type | tuple[type, ...]] = {
    "bool": bool,
    "int": int,
    "float": (float, int),
    "list": list,
    "dict": Mapping,
    "str": str,
    "path": str,
}
# Under such a name a text is a secret wherever a user gives it, if the name does not go on to say what else it is.
GIVEN_NAME = re.compile(
    r"(?:pass(?:word|phrase)|secret|token|keyfile|certificate$|key$)"
    r"(?!.*(?:ids?|hint|type|policy|name|tag|length|days|count|enabled|expir\w*)$)",
    re.I,
)


def secrets_in(options: Mapping[str, Option], params: Params) -> Iterator[str]:
    """Every secret in these options: that of a secret option, and that which a mixed one holds by its looks.

    What could not be read may be a secret that was given under a wrong name: Ansible quotes it.
    """
    for name, option in options.items():
        value = params.get(name)
        if option.secret or not _is_read(option, value):
            yield from values_in(value)
        elif option.host:
            yield from _before_host(value or "")
        elif option.mixed and option.type == "str":
            yield from _password_in(value or "")
        elif option.mixed:
            yield from _held(value)
        else:
            for inner in _inner(option, value):
                yield from secrets_in(option.options or {}, inner)


def shown(options: Mapping[str, Option], params: Params) -> dict[str, Any]:
    """The options as they may be shown. What only its value gives away is redacted by whoever shows them."""
    return {name: _shown(options.get(name), value) for name, value in params.items()}


def _shown(option: Option | None, value: Any) -> Any:
    if value is None:
        return value
    if option is None or option.secret or not _is_read(option, value):
        # A name that nobody knows may be that of a secret option, misspelled.
        return NOT_SHOWN if value not in ("", [], {}) else value
    if option.host:
        return MASK + value[value.rindex("@") :] if "@" in value else value
    if option.mixed:
        # Nobody knows what is in an object that the user made, and where in it.
        return _without_password(value) if option.type == "str" else NOT_SHOWN if value else value
    if option.options is None:
        return value
    parts = [shown(option.options, inner) for inner in _inner(option, value)]
    return parts if isinstance(value, list) else parts[0] if parts else value


def _is_read(option: Option, value: Any) -> bool:
    """Whether a value is what Ansible makes of the type of the option; if not, it was refused and stands as given."""
    if value is None or option.type not in MADE:
        return True
    if option.elements and isinstance(value, list):
        return all(_is_read(Option(type=option.elements), part) for part in value)
    return isinstance(value, MADE[option.type])


def _inner(option: Option, value: Any) -> list[Params]:
    """The objects whose fields are options themselves."""
    if option.options is None or value is None:
        return []
    return [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, Mapping)]


def _held(value: Any) -> Iterator[str]:
    """The secrets in a value that may hold some: by their names, and the password of an address."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if _is_secret(name, part):
                yield from values_in(part)
            yield from _held_under(name, part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _held(part)
    elif isinstance(value, str):
        within = _as_json(value)
        if within is not None:
            yield from _held(within)
        # "Ask: me@home" is no address.
        yield from _password_in(value) if "://" in value else ()


def _before_host(host: str) -> Iterator[str]:
    """The account that somebody gave with a host, and its password."""
    account, _at, _host = host.rpartition("@")
    yield from filter(None, (account, account.partition(":")[2]))


def _password_in(address: str) -> Iterator[str]:
    found = _account(address)
    if found:
        yield from (found["secret"], unquote(found["secret"]))


def _held_under(name: Any, part: Any) -> Iterator[str]:
    """The secrets within the value of a name: a list of passwords is secret as a whole."""
    if isinstance(part, list) and any(_is_secret(name, each) for each in part):
        yield from values_in(part)
    yield from _held(part)


def _is_secret(name: Any, value: Any) -> bool:
    given = isinstance(value, str) and value != "" and GIVEN_NAME.search(str(name)) is not None
    return given or is_secret(str(name).removesuffix("s"), value)


def _without_password(address: str) -> str:
    found = _account(address)
    return address[: found.start("secret")] + MASK + address[found.end("secret") :] if found else address


def _account(value: str) -> re.Match[str] | None:
    return ACCOUNT.match(value) or STRAY_ACCOUNT.match(value)


def _as_json(text: str) -> Any:
    """The object or list that a text is JSON of; None if it is no such text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return parsed(text)
    except ValueError:
        return None
