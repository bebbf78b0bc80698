# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as a page of HTML. Whatever a server, a user or an object calls itself stays text.

Ansible's own templating does not escape; here everything is escaped, and a template that would go around it is refused.
What acts on a terminal, or turns a line around, is shown as the lines of the terminal show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, StrictUndefined
from jinja2.nodes import ScopedEvalContextModifier
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..module_utils._core.errors import visible
from ..module_utils._vbr.report import words
from .secrets_skeleton import secrets_skeleton

# The filters by which a template could pass text on unescaped.
UNESCAPING = ("safe",)
# What a template calls things by. The sandbox lets it look into a mapping, and call what is in it.
WORDS: Mapping[str, Any] = {
    "titles": words.TITLES,
    "bad": words.BAD,
    "plain": words.plain,
    "transports": words.TRANSPORTS,
    "verdict": words.verdict,
    "in_numbers": words.in_numbers,
    "beside": words.beside,
    "noticed": words.noticed,
    "would_be": words.would_be,
}


def migration_page(
    report: Mapping[str, Any], template: str, attributes: Mapping[tuple[str, str], str] | None = None
) -> str:
    """`report` of the filter migration_report, `template` the text of a template that knows it as `report`, and as
    `secrets` what is to be filled in of those that were missing. `attributes` is all that would be sent of an object,
    as text, by kind and key; the page of a saved plan has them. `words` are those of every report.

    Raises jinja2.TemplateError for a template that would not escape, and for a name that the report does not have.
    """
    environment = _environment()
    text = str(template)
    if any(environment.parse(text).find_all(ScopedEvalContextModifier)):
        raise ValueError("The template of the report must not turn autoescape on or off.")
    return environment.from_string(text).render(
        report=report,
        secrets=secrets_skeleton(report.get("secrets_missing", [])),
        attributes=attributes or {},
        words=WORDS,
    )


def _environment() -> Environment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    for name in UNESCAPING:
        del environment.filters[name]
    return environment


def _shown(value: Any) -> Any:
    """What stands in the place of an expression. Line ends stay; what is escaped already stays so, by its type."""
    if not isinstance(value, str):
        return value
    text = visible(str(value), keep="\n")
    return type(value)(text) if hasattr(value, "__html__") else text


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"migration_page": migration_page}
