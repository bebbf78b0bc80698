# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands at the top of every file, and what may stand in none."""

from __future__ import annotations

import ast

import pytest

from tooling.sources import Source, python_files

LICENCE = """\
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""
SHEBANG = "#!/usr/bin/python\n"
# In parts, so that this file does not contain them.
MACHINE_PATHS = tuple(f"/{folder}/" for folder in ("work", "root", "home", ".library"))
VENDOR_FILES = "/".join(("shared", "specs"))
# The contract tests look for the vendor's files in one default place.
KNOWS_VENDOR_FILES = "tests/contract/"

MODULES = python_files("plugins/modules")
OURS = python_files("plugins", "tests")


@pytest.mark.parametrize("source", OURS, ids=str)
def test_licence(source: Source) -> None:
    assert not source.text or source.text.removeprefix(SHEBANG).startswith(LICENCE)
    assert (source in MODULES) == source.text.startswith(SHEBANG), "a module starts with the shebang, nothing else does"


@pytest.mark.parametrize("source", OURS, ids=str)
def test_says_what_it_is(source: Source) -> None:
    # A module says it in DOCUMENTATION.
    assert not source.text or source in MODULES or ast.get_docstring(source.syntax)


@pytest.mark.parametrize("source", OURS, ids=str)
def test_names_no_place_of_one_machine(source: Source) -> None:
    assert not [path for path in MACHINE_PATHS if path in source.text]
    assert VENDOR_FILES not in source.text or str(source).startswith(KNOWS_VENDOR_FILES)
