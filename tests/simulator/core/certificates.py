# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's own certificate authority: one CA in a directory, a server certificate per instance."""

from __future__ import annotations

import os
from pathlib import Path

import trustme

CA_FILE = "ca.pem"
KEY_FILE = "ca.key"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Authority:
    """A CA kept in `directory`: made at the first start and used again later, so that clients can keep trusting it."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self.path = directory / CA_FILE
        key = directory / KEY_FILE
        if self.path.exists() and key.exists():
            self._ca = trustme.CA.from_pem(self.path.read_bytes(), key.read_bytes())
            return
        self._ca = trustme.CA()
        self.path.write_bytes(self._ca.cert_pem.bytes())
        _write_private(key, self._ca.private_key_pem.bytes())

    def issue(self, name: str) -> Path:
        """Issue a certificate for the loopback address; returns the file `<name>.pem` with key and chain."""
        path = self._directory / f"{name}.pem"
        _write_private(path, self._ca.issue_cert(*LOOPBACK).private_key_and_cert_chain_pem.bytes())
        return path


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
