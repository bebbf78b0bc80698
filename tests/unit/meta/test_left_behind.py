# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks write and the guides let people make in a checkout is nothing that git would take up."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

from tooling import guides, tree

# Where the playbooks write unless a variable says otherwise: a folder where they were called.
ROOT = re.compile(r"lookup\('ansible\.builtin\.env', 'PWD'\) *(?:~ *'|\}\})/(\w+)")
# What commands write, or read because somebody wrote it before.
COMMANDS = (
    re.compile(r"(?<![-=])> *([\w./-]+)"),
    re.compile(r"\bmkdir(?: -p)? ([\w./-]+)"),
    re.compile(r"\b(?:mv|cp) [\w./-]+ ([\w./-]+)"),
    re.compile(r"\bansible-vault \w+ ([\w./-]+)"),
    re.compile(r"\bansible-playbook .*?-i ([\w./-]+)"),
    re.compile(r"\bansible-playbook .*?-e @([\w./-]+)"),
    re.compile(r"\bansible-playbook .*?([\w./-]+\.yml)(?: |$)", re.MULTILINE),
    re.compile(r"\bENV_FILE=([\w./-]+)"),
    re.compile(r"\bcollection install .*?(?:-p|--collections-path) ([\w./-]+)"),
)
CERTIFICATE = re.compile(r"\bca_path: ([\w./-]+)")
INLINE = re.compile(r"`+(ansible-vault [^`]+)`+")


def made() -> dict[str, str]:
    """Every name that is made in the folder where people work, and who says so."""
    return {name.rstrip("/"): where for name, where in _made() if not name.startswith(("/", "../"))}


def _made() -> Iterator[tuple[str, str]]:
    for path in sorted((tree.ROOT / "playbooks").rglob("*.yml")):
        yield from ((f"{name}/something", path.name) for name in ROOT.findall(path.read_text(encoding="utf-8")))
    for text in guides.texts():
        yield from ((name, text.name) for name in _typed(" ; ".join(INLINE.findall(text.read_text(encoding="utf-8")))))
        for block in guides.blocks(text):
            if block.language in {"console", "shell"}:
                yield from ((name, str(block)) for name in _typed(block.code))
            if block.language == "yaml" and block.caption:
                yield block.caption, str(block)
            yield from ((name, str(block)) for name in CERTIFICATE.findall(block.code))


def _typed(code: str) -> Iterator[str]:
    commands = re.sub(r"(?:^| )#.*$", "", code, flags=re.MULTILINE)
    for pattern in COMMANDS:
        yield from pattern.findall(commands)


def _git(*words: str, names: str = "") -> set[str]:
    done = subprocess.run(("git", *words), cwd=tree.ROOT, input=names, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode in {0, 1}, words
    return set(done.stdout.splitlines())


def test_the_texts_are_understood() -> None:
    """One name of each way in which a text can let people make something."""
    assert set(made()) >= {
        *("vbr_migrations/something", "vbr_as_code/something", "vbaz_evidence/something"),
        *("inventory.yml", "servers.yml", "pairs.yml", "ca.pem", "vault-password", "collections"),
        *("host_vars/vbr1/estate.yml", "group_vars/vbr_migrations/vault.yml", "host_vars/demo/secrets.yml"),
    }


def test_git_passes_over_what_people_make_here() -> None:
    # Of what is installed into collections/, git sees the folder below it.
    names = {f"{name}/ansible_collections/a" if name == "collections" else name: who for name, who in made().items()}
    ignored = _git("check-ignore", "--no-index", "--stdin", names="\n".join(names))
    assert not {name: where for name, where in names.items() if name not in ignored}, "missing in .gitignore"


def test_git_passes_over_nothing_of_the_project() -> None:
    assert not _git("ls-files", "--cached", "--ignored", "--exclude-standard")
