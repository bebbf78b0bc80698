# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variable vbr_secrets with a place for each secret that an import needs: to be filled in and kept in a vault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from textwrap import indent
from typing import Any

from ..module_utils._core.errors import visible
from .to_safe_yaml import to_safe_yaml

VARIABLE = "vbr_secrets"
START = "---\n"
EMPTY = " null"
STEP = "  "
Slot = Mapping[str, Any]


def secrets_skeleton(slots: Iterable[Slot]) -> str:
    """`slots` are `secrets_needed` of an export or `secrets_missing` of an import. Returns YAML, or `''` without any.

    Where one of several secrets is enough, the others stand there as comments.
    """
    found = list(slots)
    if not found:
        return ""
    kinds = groupby(sorted(found, key=lambda slot: str(slot["kind"])), key=lambda slot: str(slot["kind"]))
    return f"{START}{VARIABLE}:\n" + "".join(_kind(kind, of_kind) for kind, of_kind in kinds)


def _kind(kind: str, slots: Iterable[Slot]) -> str:
    return indent(f"{kind}:\n", STEP) + indent("".join(map(_object, slots)), STEP * 2)


def _object(slot: Slot) -> str:
    first, *others = [" and ".join(names) for names in slot["needs_one_of"]]
    alternative = f"{STEP}# or {', or '.join(others)}\n" if others else ""
    wanted = dict.fromkeys(first.split(" and "))
    # As YAML writes the whole, however long a key is. Each of the values has a line, and they are the last ones.
    *lines, end = to_safe_yaml({str(slot["key"]): wanted}).removeprefix(START).split("\n")
    key, values = lines[: -len(wanted)], lines[-len(wanted) :]
    whole = "\n".join([*key, *(line.removesuffix(EMPTY) for line in values), end])
    return "".join(_remarks(slot)) + whole + alternative


def _remarks(slot: Slot) -> Iterator[str]:
    """Whose secret it is. A comment ends with its line, so there is nothing in it that a line could end with."""
    name, users = visible(str(slot.get("name") or "")), len(slot.get("used_by") or ())
    said = [*([name] if name and name != slot["key"] else []), *([f"needed by {users}"] if users else [])]
    if said:
        yield f"# {', '.join(said)}\n"


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"secrets_skeleton": secrets_skeleton}
