# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that are vaulted in line, where people write them: as an option of a task. Played on the oldest core, too."""

from __future__ import annotations

from pathlib import Path

from ansible.parsing.vault import VaultLib, VaultSecret

from simulator.testing import Server, serving_pair
from support.playbooks import play

PHRASE = "Kf8+vT3&vault=Qz1%"
MADE = "Wd5#rK1%vJ8&inline=tB6"
BOOK = """
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{{{ ansible_playbook_python }}}}"
  module_defaults:
    group/backupfleet.rest.vbr:
      hostname: {server.hostname}
      port: {server.port}
      username: '{server.username}'
      ca_path: {server.ca_path}
  tasks:
    - backupfleet.rest.vbr_credentials:
        password: !vault |
          {password}
        account: TECH\\inline
        account_password: !vault |
          {made}
    - backupfleet.rest.vbr_estate:
        password: !vault |
          {password}
        credentials:
          - account: TECH\\estate
            account_password: !vault |
              {made}
    - backupfleet.rest.vbr_rest:
        password: !vault |
          {password}
        method: POST
        path: /api/v1/credentials
        body:
          type: Standard
          username: TECH\\rest
          description: !vault |
            {made}
        secret_body:
          password: !vault |
            {made}
"""


def vaulted(text: str, indent: int) -> str:
    lines = VaultLib().encrypt(text.encode(), VaultSecret(PHRASE.encode())).decode().splitlines()
    return f"\n{' ' * indent}".join(lines)


def test_they_are_taken_by_every_sort_of_option(tmp_path: Path) -> None:
    with serving_pair() as pair:
        played = play(book(tmp_path, pair.source), "--vault-password-file", tmp_path / "phrase", "-vvv", cwd=tmp_path)
        assert played.code == 0, played.output
        for account in ("inline", "estate", "rest"):
            assert pair.source.secret_equals("credentials", f"TECH\\{account}", "password", MADE)
        assert MADE not in played.output and pair.source.password not in played.output


def book(place: Path, server: Server) -> Path:
    (place / "phrase").write_text(PHRASE, encoding="utf-8")
    path = place / "book.yml"
    deep = BOOK.replace("              {made}", "              {deep}").replace(
        "            {made}", "            {deeper}"
    )
    texts = {"password": vaulted(server.password, 10), "made": vaulted(MADE, 10)}
    texts |= {"deep": vaulted(MADE, 14), "deeper": vaulted(MADE, 12)}
    path.write_text(deep.format(server=server, **texts), encoding="utf-8")
    return path
