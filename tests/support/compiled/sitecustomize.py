# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python reads this at its start where this folder is in its path: what it compiles is kept for the next one.

Ansible sends a module as an archive of sources, so that Python compiles the same ones anew for each task. They are most
of what a short task costs. The variable COMPILED names the folder in which they are kept.
"""

from __future__ import annotations

import _imp
import builtins
import marshal
import os
from importlib.util import source_hash
from typing import Any

REAL = builtins.compile
KEPT = os.environ.get("COMPILED", "")


def compile_once(source: Any, filename: Any, mode: str, *words: Any, **options: Any) -> Any:
    """What `compile` does; for what an archive's importer compiles, and nobody else, from what is kept."""
    if words or options != {"dont_inherit": True} or not isinstance(source, bytes) or not KEPT:
        return REAL(source, filename, mode, *words, **options)
    path = os.path.join(KEPT, source_hash(source).hex())
    try:
        with open(path, "rb") as file:
            code = marshal.loads(file.read())
    except FileNotFoundError:
        code = REAL(source, filename, mode, dont_inherit=True)
        # Others may look for it at the same time.
        with open(f"{path}.{os.getpid()}", "wb") as made:
            marshal.dump(code, made)
        os.replace(made.name, path)
    _imp._fix_co_filename(code, filename)  # type: ignore[attr-defined]
    return code


builtins.compile = compile_once
