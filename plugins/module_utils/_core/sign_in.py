# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Coming to a service and leaving it: whoever signed in signs out, however the work went."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from .errors import RestError
from .http import Http


def arrive(http: Http, sign_in: Callable[[], object]) -> None:
    """Sign in; if that fails, the wire is closed. Raises what it raises."""
    try:
        sign_in()
    except BaseException:
        http.close()
        raise


def leave(http: Http, sign_out: Callable[[], object]) -> None:
    """Sign out and close the http.

    When signing out fails, the work is done or its own error is on the way, and a token left behind ends by itself.
    """
    try:
        with suppress(RestError):
            sign_out()
    finally:
        http.close()
