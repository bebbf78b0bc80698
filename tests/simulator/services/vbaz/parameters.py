# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Query parameters and fields of a body: declared as data, and read with one 400 for all that is wrong."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ...core.call import Call
from .errors import INVALID, Problem
from .sessions.session import read_time
from .switches import VbazSwitches
from .versions import FIRST

Check = Callable[[str], Any]
MOST = 2**31 - 1
WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Parameter:
    """A parameter. `check` returns the value or raises ValueError. `many`: may be repeated; `commas`: may be a,b."""

    name: str
    check: Check = str
    many: bool = False
    commas: bool = False

    def read(self, texts: list[str], switches: VbazSwitches) -> Any:
        """The value of the parameter from the texts that were sent, in their order."""
        if self.commas and switches.csv_lists == "commas":
            texts = texts[:1]
        if self.commas:
            texts = [part for text in texts for part in text.split(",")]
        values = [self.check(text) for text in texts if text != ""]
        if self.many or self.commas:
            return values
        return values[0] if values else None


def read_query(call: Call, version: str, switches: VbazSwitches, parameters: Iterable[Parameter]) -> dict[str, Any]:
    """The values of the parameters that were sent. The case of names matters, but not in v1."""
    known = {_folded(parameter.name, version): parameter for parameter in parameters}
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name in call.request.args:
        parameter = known.get(_folded(name, version))
        if parameter is None:
            if switches.unknown_query == "refuse":
                errors[name] = [f"There is no parameter {name} here."]
            continue
        try:
            values[parameter.name] = parameter.read(call.request.args.getlist(name), switches)
        except ValueError as error:
            errors[parameter.name] = [str(error)]
    if errors:
        raise Problem(400, INVALID, errors)
    return values


def _folded(name: str, version: str) -> str:
    """The name as it is compared in a version."""
    return name.lower() if version == FIRST else name


def whole_number(least: int) -> Check:
    def check(text: str) -> int:
        digits = text.removeprefix("-")
        if not WHOLE_NUMBER.fullmatch(digits) or not least <= int(text) <= MOST:
            raise ValueError(f"The value must be a whole number between {least} and {MOST}.")
        return int(text)

    return check


def one_of(words: Iterable[str]) -> Check:
    known = frozenset(words)

    def check(text: str) -> str:
        if text not in known:
            raise ValueError(f"The value '{text}' is not valid.")
        return text

    return check


def identifier(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise ValueError(f"The value '{text}' is not valid.") from None


def moment(text: str) -> str:
    """A time, unchanged."""
    try:
        read_time(text)
    except ValueError:
        raise ValueError(f"The value '{text}' is not valid.") from None
    return text


def flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"The value '{text}' is not valid.")
    return text.lower() == "true"


PAGING = (Parameter("Offset", whole_number(0)), Parameter("Limit", whole_number(-1)))
