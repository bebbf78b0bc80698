# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a preflight found, from the file that has all of it: its result has a line per code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..module_utils._core.errors import InvalidInput
from ..module_utils._core.local_json import read_json
from ..module_utils._core.shape import ANYTHING, STRING, Shape

# What a report shows of a finding.
TEXTS = ("severity!", "code!", "message!", "remedy", "kind", "key", "field", "source")
FILE: Shape = {"findings!": [dict.fromkeys(TEXTS, STRING)], "counts!": ANYTHING}
STEP = "preflight"
Steps = Mapping[str, Mapping[str, Any]]


def with_findings(steps: Steps) -> Steps:
    """The results of the steps of a run with every finding of its preflight, if its file is still the one it wrote."""
    judged = steps.get(STEP, {})
    if not judged.get("report"):
        return steps
    try:
        whole = read_json(Path(judged["report"]), FILE)
    except InvalidInput:
        return steps
    if whole["counts"] != judged.get("counts"):
        return steps
    return {**steps, STEP: {**judged, "findings": whole["findings"]}}
