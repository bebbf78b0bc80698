# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An application behind a real socket: TLS on the loopback address, HTTP/1.1 with keep-alive, threads."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOPBACK = "127.0.0.1"
THREADS = 8
ANY_PORT = 0
IDLE_SECONDS = 60
log = logging.getLogger(__name__)


class _Server(wsgi.Server):
    # How often the server looks up from waiting; it bounds the time a stop takes.
    expiration_interval = 0.05

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        # A client that distrusts the certificate, or goes away, is no error of the server.
        log.debug("%s", msg)


class SocketGate:
    """Serves one application in its own thread; as a context manager it serves inside the block.

    `port` 0 takes a free one; `certificate` is a file with key and chain, None serves plain HTTP. When `start`
    returns, connections are accepted.
    """

    def __init__(self, application: WSGIApplication, port: int = ANY_PORT, certificate: Path | None = None) -> None:
        self._server = _Server(
            (LOOPBACK, port), application, numthreads=THREADS, timeout=IDLE_SECONDS, shutdown_timeout=1
        )
        self._scheme = "http" if certificate is None else "https"
        if certificate is not None:
            self._server.ssl_adapter = BuiltinSSLAdapter(str(certificate), str(certificate))
        self._thread = threading.Thread(target=self._server.serve, daemon=True)

    def start(self) -> SocketGate:
        self._server.prepare()
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.stop()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.bind_addr[1])

    @property
    def url(self) -> str:
        return f"{self._scheme}://{LOOPBACK}:{self.port}"

    def __enter__(self) -> SocketGate:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
