# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands at the top of every file, and what may stand in none."""

from __future__ import annotations

import ast

from tooling.sources import python_files

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


def test_licence() -> None:
    assert OURS
    assert not [str(each) for each in OURS if each.text and not each.text.removeprefix(SHEBANG).startswith(LICENCE)]


def test_a_module_starts_with_the_shebang_and_nothing_else_does() -> None:
    assert [each for each in OURS if each.text.startswith(SHEBANG)] == MODULES


def test_says_what_it_is() -> None:
    # A module says it in DOCUMENTATION.
    others = [each for each in OURS if each.text and each not in MODULES]
    assert not [str(each) for each in others if not ast.get_docstring(each.syntax)]


def test_names_no_place_of_one_machine() -> None:
    assert not [f"{each}: {path}" for each in OURS for path in MACHINE_PATHS if path in each.text]
    strangers = [each for each in OURS if not str(each).startswith(KNOWS_VENDOR_FILES)]
    assert not [str(each) for each in strangers if VENDOR_FILES in each.text]
