"""Whom alerts are delivered to in a test: a mail server and a web hook that keep what they are given."""

from __future__ import annotations

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeVar

LOOPBACK = "127.0.0.1"
Sink = TypeVar("Sink", bound=socketserver.TCPServer)


class MailSink(socketserver.ThreadingTCPServer):
    """A mail server that takes everything, as far as RFC 5321 is needed for that."""

    daemon_threads = True

    def __init__(self, address: str = LOOPBACK) -> None:
        self.mails: list[EmailMessage] = []
        super().__init__((address, 0), _MailSession)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _MailSession(socketserver.StreamRequestHandler):
    server: MailSink

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.mails.append(message_from_bytes(self._content(), policy=default))
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return

    def _content(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)


class HookSink(ThreadingHTTPServer):
    """A web hook that answers as Slack does."""

    daemon_threads = True

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []
        super().__init__((LOOPBACK, 0), _HookSession)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.server_port}/hook"


class _HookSession(BaseHTTPRequestHandler):
    server: HookSink

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.server.payloads.append(json.loads(self.rfile.read(size)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Log nothing."""


@contextmanager
def listening(sink: Sink) -> Iterator[Sink]:
    """Let a sink listen for as long as the block lasts."""
    thread = Thread(target=sink.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        sink.shutdown()
        sink.server_close()
        thread.join()
