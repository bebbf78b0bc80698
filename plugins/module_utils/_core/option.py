# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One argument of a module, in Ansible's words. Data, no I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .connection import MEANT
from .parallel import DEFAULT_LANES

CONNECTION_OPTIONS = ("hostname", "port", "username", "password", "validate_certs", "ca_path", "timeout", "parallel")
DEFAULT_TIMEOUT_SECONDS = 60
# How Ansible says that a value has another type than its option: with the classes of Python.
UNCONVERTED = re.compile(
    r"argument '(?P<name>[^']+)' is of type .+?(?: found in '(?P<place>[^']+)'\.)? and we were unable to convert to "
    r"(?P<type>\w+): ",
    re.S,
)
TYPES = {
    "int": "no whole number",
    "float": "no number",
    "bool": "neither true nor false",
    "list": "no list",
    "dict": "no dictionary",
    "path": "no path",
    "str": "no text",
}


@dataclass(frozen=True)
class Option:
    """One argument of a module. The words are those of an Ansible argument spec, but for four.

    `secret` hides the value (and, in a dict, every value in it) from all output. `mixed` may hold secrets among other
    things, such as a password in an address: see `hiding`, and `Operation.hidden` for what only the operation knows.
    A `host` is the name of one: what stands before an @ in it is an account that does not belong there.
    One that names something (`names`), as every required text does, is never blank.
    `rules` are further entries of the spec, such as `required_if`.
    """

    type: str = "str"
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    elements: str | None = None
    options: Mapping[str, Option] | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    secret: bool = False
    mixed: bool = False
    host: bool = False
    names: bool = False

    def argument(self) -> dict[str, Any]:
        """The entry of an Ansible argument spec, with only what differs from Ansible's defaults."""
        spec: dict[str, Any] = {"type": self.type, "no_log": self.secret or self.mixed}
        spec |= {"required": True} if self.required else {}
        spec |= {"default": self.default} if self.default is not None else {}
        spec |= {"choices": list(self.choices)} if self.choices else {}
        spec |= {"elements": self.elements} if self.elements else {}
        if self.options is not None:
            spec["options"] = {name: option.argument() for name, option in self.options.items()}
        return {**spec, **self.rules}


def blank(options: Mapping[str, Option], params: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Where a name is asked for and nothing but blanks is given: "name", "jobs[0].name"."""
    for name, option in options.items():
        value, path = params.get(name), above + name
        if isinstance(value, str) and (option.required or option.names) and not value.strip():
            yield path
        if option.options is not None and value is not None:
            parts = [(f"{path}[{at}]", each) for at, each in enumerate(value)] if isinstance(value, list) else []
            for where, part in parts or [(path, value)]:
                if isinstance(part, Mapping):
                    yield from blank(option.options, part, f"{where}.")


def in_their_spelling(options: Mapping[str, Option], params: Any) -> Any:
    """Arguments as they were given, each choice in the spelling that its option has: `monday` for MONDAY; and an object
    that was given as its JSON, as a survey of AWX gives it, as that object.

    What is no choice, and what has another form than the option, is left for Ansible to refuse.
    """
    if not isinstance(params, Mapping):
        return params
    return {name: _spelled(options[name], value) if name in options else value for name, value in params.items()}


def _spelled(option: Option, value: Any) -> Any:
    if isinstance(value, list):
        return [_spelled(option, part) for part in value]
    if option.type == "dict" and isinstance(value, str):
        value = _object_in(value)
    if option.options is not None:
        return in_their_spelling(option.options, value)
    if not isinstance(value, str) or value in option.choices:
        return value
    return next((choice for choice in option.choices if choice.lower() == value.strip().lower()), value)


def in_words(complaint: str, from_environment: Mapping[str, str] | None = None) -> str:
    """What Ansible says of a value of another type, in the user's words; any other complaint as it is.

    `from_environment` says of options that were not given which variable of the environment stands for each.
    """
    found = UNCONVERTED.match(complaint)
    if not found or found["type"] not in TYPES:
        return complaint
    place = "".join(f" of {name}" for name in reversed((found["place"] or "").split(" -> ")) if name)
    name = found["name"]
    variable = (from_environment or {}).get(name, "") if not place else ""
    said = f"{variable} in the environment, which stands for {name}," if variable else f"{name}{place}"
    return " ".join(filter(None, (f"{said} is {TYPES[found['type']]}.", MEANT.get(name))))


def unknown_in(arguments: Mapping[str, Any], given: Any, place: str = "") -> Iterator[str]:
    """Where options are given that there are not: `nme of item 2 ('Nightly') of jobs`. `arguments` is Ansible's own."""
    for name, value in given.items() if isinstance(given, Mapping) else ():
        spec = arguments.get(name)
        if spec is None:
            yield f"{name}{place}"
        elif spec.get("options"):
            listed = isinstance(value, list)
            for number, part in enumerate(value if listed else [value], start=1):
                item = f" of item {number}{_called(spec['options'], part)}" if listed else ""
                yield from unknown_in(spec["options"], part, f"{item} of {name}{place}")


def _called(arguments: Mapping[str, Any], given: Any) -> str:
    """What an item is called by: the first of the options that it has to have."""
    needed = [name for name, spec in arguments.items() if spec.get("required") and not spec.get("no_log")]
    names = [given[name] for name in needed if given.get(name)] if isinstance(given, Mapping) else []
    return f" ({names[0]!r})" if names and isinstance(names[0], str) else ""


def _object_in(text: str) -> Any:
    """The object that a text is the JSON of; the text itself if it is none. Ansible would read some as Python."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict) else text


TEXT = Option()
REQUIRED = Option(required=True)
SECRET = Option(secret=True)
HOSTNAME = Option(required=True, host=True)
TEXTS = Option(type="list", elements="str")
FLAG = Option(type="bool")
NUMBER = Option(type="int")
OBJECT = Option(type="dict")
OBJECTS = Option(type="list", elements="dict")
# A part of a server's own model, of which nobody here knows what it holds.
FREE_OBJECT = Option(type="dict", mixed=True)


def choice(*choices: str, **other: Any) -> Option:
    """One of several words."""
    return Option(choices=choices, **other)


def connection_options(client: Any) -> dict[str, Option]:
    """The connection options.

    A client has its SERVICE, its PORT, and by which VERSION_OPTION one of its VERSIONS is chosen, the default first.
    """
    return {
        "hostname": HOSTNAME,
        "port": Option(type="int", default=client.PORT),
        "username": Option(required=True),
        "password": Option(required=True, secret=True),
        "validate_certs": Option(type="bool", default=True),
        "ca_path": Option(type="path"),
        "timeout": Option(type="float", default=DEFAULT_TIMEOUT_SECONDS),
        "parallel": Option(type="int", default=DEFAULT_LANES),
        client.VERSION_OPTION: Option(default=client.VERSIONS[0], choices=client.VERSIONS),
    }
