# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list beside every page of the site has the modules and roles of a service together."""

from __future__ import annotations

import runpy
from typing import Any

import pytest

from tooling import registered, tree

pytest.importorskip("docutils", reason="the tools of the documentation are not installed")
PAGES = [f"{name}_module" for name in (*registered.names(), *registered.documented())]
ROLES = [f"{path.name}_role" for path in (tree.ROOT / "roles").iterdir() if path.is_dir()]
FILTERS = ["only_filter", "unread_filter"]


@pytest.fixture(name="site", scope="module")
def settings_of_sphinx() -> dict[str, Any]:
    return runpy.run_path(str(tree.ROOT / "docs" / "site" / "conf.py"))


def listed(pages: list[str]) -> str:
    lines = "".join(f"    {page}\n" for page in pages)
    return f"Modules\n~~~~~~~\n\n* a sentence about em_info_module\n\n.. toctree::\n    :hidden:\n\n{lines}\n"


def test_every_page_is_in_the_group_of_its_service(site: dict[str, Any]) -> None:
    made = site["by_service"](listed(PAGES) + listed(FILTERS) + listed(ROLES))
    _before, *groups = made.split("    :caption: ")
    found = {title: pages.split() for title, _newline, pages in (group.partition("\n\n") for group in groups)}
    found = {
        title: [page for page in pages if page not in ("..", "toctree::", ":maxdepth:", "1", ":hidden:")]
        for title, pages in found.items()
    }
    assert list(found) == list(site["GROUPS"])
    for title, prefix in site["GROUPS"].items():
        assert found[title] == [page for page in (*PAGES, *ROLES) if prefix and page.startswith(prefix)] or not prefix
    assert found["Besides"] == ["check_role_variables_module", *FILTERS]
    assert "* a sentence about em_info_module" in made
