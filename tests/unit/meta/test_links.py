# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links in the texts of the repository lead to files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tooling import guides, tree

LINK = re.compile(r"\]\((?!https?:|#|<)([^)#\s]+)[^)]*\)")
TEXTS = [path for path in guides.texts() if path.suffix == ".md"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(tree.ROOT)))
def test_links_lead_to_files(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert not [link for link in links if not (path.parent / link).exists()]


def test_the_first_page_says_what_it_must() -> None:
    text = " ".join((tree.ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "not affiliated with or endorsed by" in text
    assert "make demo" in text
    assert "make test" in text
