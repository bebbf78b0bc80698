# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the modules of Enterprise Manager share, and the service they open."""

from __future__ import annotations

from collections.abc import Mapping

from .._core.connection import Connection
from .._core.operation import Params
from .._core.option import Option
from .client import Em
from .document import JSON, XML

BODY_FORMAT, WAIT = "body_format", "wait_timeout"
MEDIA = {"xml": XML, "json": JSON}
DEFAULT_WAIT_SECONDS = 600
READING: Mapping[str, Option] = {BODY_FORMAT: Option(default="xml", choices=tuple(MEDIA))}
WRITING: Mapping[str, Option] = {**READING, WAIT: Option(type="int", default=DEFAULT_WAIT_SECONDS)}


def open_service(connection: Connection, params: Params) -> Em:
    return Em(connection, media=MEDIA[params[BODY_FORMAT]])
