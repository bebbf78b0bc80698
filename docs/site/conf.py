# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the site of `make docs`; the pages come from antsibull-docs and docs/docsite/rst."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

project = "backupfleet.rest"
copyright = "The backupfleet.rest authors. Independent; not affiliated with or endorsed by any vendor it speaks to"
html_title = "backupfleet.rest"
html_theme = "furo"
html_show_sphinx = False
html_copy_source = False
html_use_index = False

extensions = ["sphinx_antsibull_ext"]
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"
# A reference that leads nowhere ends the build, but for these pages of Ansible's own documentation, which need not be
# fetched to be linked to.
nitpicky = True
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
ANSIBLES_PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}


def to_ansible(app: Any, env: Any, node: Any, content: nodes.Node) -> nodes.Node | None:
    """A link to Ansible's documentation for a label that is defined there."""
    page = ANSIBLES_PAGES.get(node["reftarget"])
    return nodes.reference("", "", content, refuri=ANSIBLE + page, internal=False) if page else None


def without_contents(app: Any, doctree: nodes.document) -> None:
    """The theme shows the sections of a page beside it; the list that antsibull-docs puts on each would be a second."""
    for topic in [*doctree.findall(nodes.topic)]:
        if "contents" in topic["classes"]:
            topic.parent.remove(topic)


# The groups of the list beside every page: a service by how the names of its pages begin, and the filters.
GROUPS = {
    "Veeam Backup & Replication": "vbr_",
    "Enterprise Manager": "em_",
    "vCenter Server Appliance": "vcsa_",
    "Veeam Backup for Azure": "vbaz_",
    "Besides": "",
}
PAGE = re.compile(r"^    (\w+_(?:module|role|filter))\n", re.M)


def by_service(index: str) -> str:
    """The index with its pages in groups; antsibull-docs has one list for all modules, and one for all roles."""
    pages, groups = PAGE.findall(index), []
    for title, prefix in GROUPS.items():
        found = [page for page in pages if page.startswith(prefix)] if prefix else list(pages)
        pages = [page for page in pages if page not in found]
        lines = "".join(f"    {page}\n" for page in found)
        groups.append(f"\n.. toctree::\n    :maxdepth: 1\n    :hidden:\n    :caption: {title}\n\n{lines}")
    return PAGE.sub("", index) + "".join(groups)


def grouped(app: Any, name: str, content: list[str]) -> None:
    """Sphinx reads the page that is in the list."""
    if name == "index":
        content[0] = by_service(content[0])


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("missing-reference", to_ansible)
    app.connect("doctree-read", without_contents)
    app.connect("source-read", grouped)
    return {"parallel_read_safe": True}
