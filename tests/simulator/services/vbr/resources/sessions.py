# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of everything but imports: those are under automation only."""

from __future__ import annotations

from ..sessions.routes import session_routes

ROUTES = session_routes("/api/v1/sessions", lambda server: server.sessions)
