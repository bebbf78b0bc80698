# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""README's table of what moves: each kind, how it goes, and how many of its types each revision can create.

The guide has the names of the kinds in their order.
"""

from __future__ import annotations

import importlib
import textwrap
from typing import Any

# Those that have more than the automation section.
REVISIONS = ("1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
AUTOMATION = "automation"
MAX_COLUMNS = 120


def table(package: str) -> str:
    """`package` is where the plugins are."""
    kinds = importlib.import_module(f"{package}._vbr.migration.kinds").KINDS
    plain = importlib.import_module(f"{package}._vbr.report.words").plain
    rows = [("what", "by", *REVISIONS), ("---",) * (2 + len(REVISIONS))]
    rows += [
        (plain(name), _ways(kind), *(_cell(package, kind, each) for each in REVISIONS)) for name, kind in kinds.items()
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def names(package: str) -> str:
    """The names of the kinds as variables have them, and in plain words where those are others."""
    kinds = importlib.import_module(f"{package}._vbr.migration.kinds").KINDS
    plain = importlib.import_module(f"{package}._vbr.report.words").plain
    said = (f"``{name}``" if plain(name) == name else f"``{name}`` ({plain(name)})" for name in kinds)
    return f"\n{textwrap.fill(', '.join(said), MAX_COLUMNS, break_on_hyphens=False)}.\n\n"


def _ways(kind: Any) -> str:
    """The transports of a kind."""
    by_rest = kind.rest and (kind.rest.types or kind.rest.always_there)
    return " and ".join([AUTOMATION] * kind.automated + ["REST"] * bool(by_rest)) or "by hand"


def _cell(package: str, kind: Any, revision: str) -> str:
    """What of a kind a revision can create."""
    rank = importlib.import_module(f"{package}._vbr.revisions").rank
    any_type = importlib.import_module(f"{package}._vbr.migration.kind").ANY_TYPE
    if rank(kind.since) > rank(revision):
        return "-"
    if kind.rest is None:
        return "by hand"
    if kind.rest.always_there:
        return "changed"
    types = kind.rest.types_in(revision)
    if any_type in types:
        return "all"
    if kind.automated:
        return f"{AUTOMATION} + {_types(types)}" if types else AUTOMATION
    return _types(types) if types else "by hand"


def _types(types: frozenset[str]) -> str:
    return f"{len(types)} type{'s' * (len(types) > 1)}"
