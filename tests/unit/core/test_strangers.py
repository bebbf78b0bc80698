# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A port at which another service answers: its words are shown, and no advice for a wrong password is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.strangers import PRODUCTS
from simulator.testing import Server, serving_pair
from support.tasks import drive

# An empty 404 does not say whose it is, and neither does a version that is not served.
NAMELESS = {("VBR", "VBAZ"), ("EM", "VBAZ"), ("VBAZ", "VCSA")}
MODULES = {"VBR": "info", "EM": "em_info", "VCSA": "vcsa_backup_info", "VBAZ": "vbaz_info"}


@pytest.fixture(name="servers", scope="module")
def one_of_each() -> Iterator[dict[str, Server]]:
    with serving_pair(others=("em", "vcsa", "vbaz")) as pair:
        yield {"VBR": pair.source, **{name.upper(): server for name, server in pair.others.items()}}


def asked(module: str, server: Server, **options: Any) -> str:
    result = drive(module, server, timeout=5, **options)
    assert result["failed"]
    return str(result["msg"])


@pytest.mark.parametrize("there", PRODUCTS)
@pytest.mark.parametrize("service", PRODUCTS)
def test_whoever_answers_is_named_and_the_password_is_not_doubted(
    servers: dict[str, Server], service: str, there: str
) -> None:
    if service == there:
        message = asked(MODULES[service], servers[there], password="Wrong&password+1")
        assert "was refused" in message and "Check user name" in message and "looks like" not in message
        return
    message = asked(MODULES[service], servers[there])
    assert "Check user name" not in message
    if (service, there) in NAMELESS:
        assert "Is this the address" in message
    else:
        assert f"looks like {PRODUCTS[there]}, and not like {PRODUCTS[service]}" in message


@pytest.mark.parametrize("service", PRODUCTS)
def test_what_the_server_says_of_a_refusal_is_shown(servers: dict[str, Server], service: str) -> None:
    message = asked(MODULES[service], servers[service], password="Wrong&password+1")
    assert "was refused: " in message, message
    assert "Wrong&password+1" not in message


@pytest.mark.parametrize(
    ("headers", "body", "who"),
    [
        ({"Via": "1.1 proxy.example"}, "Forbidden", "a proxy"),
        ({"Content-Type": "text/html; charset=utf-8"}, "<html><body>Sign in</body></html>", "a web server"),
    ],
)
@pytest.mark.parametrize("service", PRODUCTS)
def test_a_proxy_and_a_web_server_are_recognised(
    servers: dict[str, Server], service: str, headers: dict[str, str], body: str, who: str
) -> None:
    server = servers[service]
    server.faults.add(do="status", status=401, headers=headers, body=body, path=".*", times=0)
    try:
        assert f"looks like {who}, and not like {PRODUCTS[service]}" in asked(MODULES[service], server)
    finally:
        server.faults.clear()
