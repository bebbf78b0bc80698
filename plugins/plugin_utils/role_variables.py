# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the variables that a role of ours was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..filter.blank_directories import blank_directories
from ..filter.unread import WORD, known, unread
from ..module_utils._core.option import in_words

# What the variables of connections are called, after their service.
CONNECTIONS = ("source", "target", "server")
# How like an option one beside the connection has to be, to be taken for it misspelt: a variable of the user's own that
# is called vbr_ports is no port.
NEARLY_THE_SAME = 0.9


def specification(role: Path) -> str:
    """The file that says which variables a role has."""
    return str(role / "meta" / "argument_specs.yml")


def options_of(specifications: Mapping[str, Any], entry_point: str) -> dict[str, Any]:
    """The variables of one of its entry points."""
    return dict(specifications["argument_specs"][entry_point]["options"])


def complaints(
    variables: Mapping[str, Any],
    prefix: str,
    role: Path,
    options: Mapping[str, Any],
    errors: Iterable[str],
    values: Mapping[str, Any] | None = None,
) -> list[str]:
    """Of all variables there are, those with this prefix that nothing reads; then what Ansible finds wrong, and the
    directories that are blank.

    `options` are those of the role, and `values` what it was given of them, in which no template is left.
    """
    names = [name for name in variables if name.startswith(prefix)]
    wrong = [_wrong(error, variables, names) for error in errors]
    return [
        *unread(names, str(role)),
        *_misplaced(variables, names, options),
        *wrong,
        *blank_directories(values or {}),
    ]


def _wrong(error: str, variables: Mapping[str, Any], names: Iterable[str]) -> str:
    """What Ansible finds wrong, and by which variables of a playbook it was given: they stand in its template."""
    templates = [value for word in WORD.findall(error) if isinstance(value := variables.get(word), str)]
    words = {word for template in templates if "{{" in template for word in WORD.findall(template)}
    given = " and ".join(sorted(words.intersection(names)))
    return f"{in_words(error).rstrip('.')}. It is given as {given}." if given else in_words(error)


def _misplaced(variables: Mapping[str, Any], names: Iterable[str], options: Mapping[str, Any]) -> Iterator[str]:
    """What may be left out of a connection and stands beside it, where nothing reads it: vbr_parallel.

    If a connection has it, it may stand for that. One that is a template may have anything.
    """
    ours = [name for name, spec in options.items() if "hostname" in spec.get("options", {})]
    service = ours[0].partition("_")[0] if ours else ""
    there = [variables[name] for side in CONNECTIONS if (name := f"{service}_{side}") in variables]
    optional = {name: spec for each in ours for name, spec in options[each]["options"].items()}
    for name in sorted(names):
        option = name.removeprefix(f"{service}_")
        option = next(iter(get_close_matches(option, optional, 1, NEARLY_THE_SAME)), option)
        spec = optional.get(option)
        if spec is None or spec.get("required") or name in known():
            continue
        if all(isinstance(server, Mapping) and option not in server for server in there):
            yield f"Nothing reads {name}. Is it {option} in {' or in '.join(ours)}?"
