# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of lists, with links to the other pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from werkzeug import Response

from ...core.call import Call
from .errors import json_answer
from .server import VbazServer
from .versions import FIRST, page_size, root, version_of

ALL = -1
Model = dict[str, Any]
Item = TypeVar("Item")


def page(
    server: VbazServer,
    call: Call,
    path: str,
    found: Sequence[Item],
    show: Callable[[Item], Model],
    query: dict[str, Any],
) -> Response:
    """Answer a page. `show` is slow, so it is called only for the rows of the page."""
    offset = query.get("Offset") or 0
    limit = query.get("Limit")
    if limit is None:
        limit = server.switches.page_size or page_size(version_of(call))
    until = len(found) if limit == ALL else offset + limit
    head, tail = frame(server, call, path, len(found), offset, limit)
    return json_answer({**head, "results": [show(each) for each in found[offset:until]], **tail})


def frame(
    server: VbazServer, call: Call, path: str, total: int, offset: int = 0, limit: int = ALL
) -> tuple[Model, Model]:
    """The properties before the rows of a page, and those after them."""
    head = {
        "offset": offset,
        "limit": limit,
        "totalCount": None if server.switches.total_count == "null" else total,
    }
    return head, {"_links": {name: {"href": href} for name, href in _links(call, path, total, offset, limit)}}


def _links(call: Call, path: str, total: int, offset: int, limit: int) -> Sequence[tuple[str, str]]:
    def at(where: int) -> str:
        return _address(call, path, where, limit)

    links = [("self", at(offset))]
    if limit == ALL or limit == 0:
        return links
    before, after = offset > 0, offset + limit < total
    if before:
        links.append(("prev", at(max(0, offset - limit))))
    if before or after:
        links.append(("first", at(0)))
    if after:
        links.append(("next", at(offset + limit)))
    return links


def _address(call: Call, path: str, offset: int, limit: int) -> str:
    """The address of a page. In v1 it has the port, lower-case parameters and display=Full (seed 002)."""
    if version_of(call) == FIRST:
        where = root(call).replace(call.request.host, f"{call.request.host.partition(':')[0]}:{_port(call)}", 1)
        return f"{where}{path}?offset={offset}&limit={limit}&display=Full"
    others = [(name, value) for name, value in call.request.args.items(multi=True) if name not in ("Offset", "Limit")]
    return f"{root(call)}{path}?{urlencode([*others, ('Offset', offset), ('Limit', limit)])}"


def _port(call: Call) -> str:
    return str(call.request.environ["SERVER_PORT"])
