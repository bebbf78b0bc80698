# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in and sign-out: /api/oauth2."""

from __future__ import annotations

from datetime import timedelta

from werkzeug import Response

from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ..accounts import Account
from ..errors import bad_request, json_answer, refusal
from ..server import VbrServer, bearer

FORM = "application/x-www-form-urlencoded"


def sign_in(server: VbrServer, call: Call) -> Response:
    """Sign in with a form, never JSON; the case of the grant type does not matter."""
    if call.request.mimetype != FORM:
        raise bad_request(f"The request body must be {FORM}")
    form = call.request.form
    grants = {"password": _by_password, "refresh_token": _by_refresh_token}
    grant_type = form.get("grant_type", "").lower()
    if grant_type not in grants:
        raise bad_request("Parameter grant_type takes one of " + ", ".join(grants))
    account = grants[grant_type](server, call)
    if account is None:
        raise refusal(401, "AccessDenied", "Authentication failed")
    lifetime = server.switches.expires_in
    grant = server.accounts.grant(account, lifetime, form.get("use_short_term_refresh", "").lower() == "true")
    now = server.clock.now()
    return json_answer(
        {
            "access_token": grant.access,
            "token_type": "bearer",
            "refresh_token": grant.refresh,
            "expires_in": lifetime,
            ".issued": write_time(now),
            ".expires": write_time(now + timedelta(seconds=lifetime)),
        }
    )


def _by_password(server: VbrServer, call: Call) -> Account | None:
    return server.accounts.sign_in(call.request.form.get("username", ""), call.request.form.get("password", ""))


def _by_refresh_token(server: VbrServer, call: Call) -> Account | None:
    return server.accounts.redeem(call.request.form.get("refresh_token", ""))


def sign_out(server: VbrServer, call: Call) -> Response:
    server.accounts.sign_out(bearer(call))
    return json_answer({})


ROUTES = (
    Route("POST", "/api/oauth2/token", sign_in, public=True, reads=True),
    Route("POST", "/api/oauth2/logout", sign_out, reads=True),
)
