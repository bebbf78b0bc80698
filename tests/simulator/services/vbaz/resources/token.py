# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in, renewal and sign-out: /api/oauth2/token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ..accounts import REFRESH_SECONDS, Account
from ..errors import SIGN_IN_KEYS, Problem, invalid, json_answer
from ..parameters import flag
from ..server import VbazServer, bearer

FORM = "application/x-www-form-urlencoded"
NEVER = "0001-01-01T00:00:00Z"
Form = dict[str, str]


def sign_in(server: VbazServer, call: Call) -> Response:
    """Sign in with a form. The case of its names does not matter; that of the grant type does."""
    if call.request.mimetype != FORM:
        raise Problem(415, f"The request body must be {FORM}")
    form = {name.lower(): value for name, value in call.request.form.items()}
    grant_type = form.get("grant_type", "")
    if grant_type not in GRANTS:
        raise invalid(grant_type=f"The value '{grant_type}' is not valid.")
    account = GRANTS[grant_type](server, form)
    if account is None:
        raise Problem(401, "The credentials were not accepted.", keys=SIGN_IN_KEYS)
    if account.mfa_code and grant_type == "Password":
        return json_answer(_challenge(server, account))
    return json_answer(_login(server, account, _short(form)))


def _by_password(server: VbazServer, form: Form) -> Account | None:
    return server.accounts.sign_in(_required(form, "username"), _required(form, "password"))


def _by_refresh_token(server: VbazServer, form: Form) -> Account | None:
    once = server.switches.old_refresh_token == "void"
    return server.accounts.redeem(_required(form, "refresh_token"), once)


def _by_code(server: VbazServer, form: Form) -> Account | None:
    return server.accounts.answer(_required(form, "mfa_token"), _required(form, "mfa_code"))


GRANTS: dict[str, Callable[[VbazServer, Form], Account | None]] = {
    "Password": _by_password,
    "Refresh_token": _by_refresh_token,
    "Mfa": _by_code,
}


def _required(form: Form, name: str) -> str:
    if not form.get(name):
        raise invalid(**{name: f"The field {name} is required."})
    return form[name]


def _short(form: Form) -> bool:
    try:
        return flag(form.get("short_lived_refresh_token") or "false")
    except ValueError as error:
        raise invalid(short_lived_refresh_token=str(error)) from None


def _login(server: VbazServer, account: Account, short: bool) -> dict[str, Any]:
    lifetime = server.switches.expires_in
    grant = server.accounts.grant(account, lifetime, server.switches.short_refresh if short else REFRESH_SECONDS)
    now = server.clock.now()
    return {
        "access_token": grant.access,
        "token_type": "bearer",
        "refresh_token": grant.refresh,
        "expires_in": lifetime,
        ".issued": _stamp(now),
        ".expires": _stamp(now + timedelta(seconds=lifetime)),
        "mfa_enabled": bool(account.mfa_code),
        "mfa_token": None,
        "shortLived": short,
        **_who(account),
    }


def _challenge(server: VbazServer, account: Account) -> dict[str, Any]:
    """A success without tokens: the client must send the second factor."""
    return {
        "expires_in": 0,
        ".issued": NEVER,
        ".expires": NEVER,
        "mfa_enabled": True,
        "mfa_token": server.accounts.challenge(account),
        **_who(account),
    }


def _who(account: Account) -> dict[str, Any]:
    return {
        "userId": account.id,
        "username": account.username,
        "roleName": account.role,
        "userType": "Internal",
        "latestNewsShown": True,
        "redirectTo": None,
    }


def _stamp(moment: datetime) -> str:
    """A time in UTC with seven digits of a second."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}0Z"


def sign_out(server: VbazServer, call: Call) -> Response:
    server.accounts.sign_out(bearer(call))
    return Response(status=204)


ROUTES = (
    Route("POST", "/api/oauth2/token", sign_in, public=True, reads=True),
    Route("DELETE", "/api/oauth2/token", sign_out, reads=True),
)
