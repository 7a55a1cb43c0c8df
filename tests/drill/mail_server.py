"""A mail server that wants encryption and a password, and an address for heartbeats; writes JSON lines.

Runs in a container of the drill, beside its certificate; needs Python alone.
"""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import sys
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

HERE = Path(__file__).parent
PASSWORD = sys.argv[1] if len(sys.argv) > 1 else ""


def context() -> ssl.SSLContext:
    """Return the server's side of an encrypted connection."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(HERE / "cert.pem", HERE / "key.pem")
    return made


def keep(**told: str) -> None:
    """Write down what was received."""
    print(json.dumps(told), flush=True)  # noqa: T201 - the drill reads it in the log of the container


class Session(socketserver.StreamRequestHandler):
    """One client of the mail server."""

    def handle(self) -> None:
        """Answer until the client leaves."""
        self.is_encrypted = self.is_known = False
        self.say("220 mailbox")
        while line := self.rfile.readline():
            verb, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            answer = getattr(self, f"on_{verb.lower()}", lambda _: "250 ok")(rest)
            if answer:
                self.say(answer)
            if verb.upper() == "QUIT":
                return

    def say(self, text: str) -> None:
        """Send an answer."""
        self.wfile.write(f"{text}\r\n".encode())

    def on_ehlo(self, _: str) -> str:
        """Say what can be done."""
        return "250-mailbox\r\n250 AUTH PLAIN" if self.is_encrypted else "250-mailbox\r\n250 STARTTLS"

    def on_starttls(self, _: str) -> str:
        """Go on with encryption."""
        self.say("220 go on")
        self.connection = context().wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.is_encrypted = True
        return ""

    def on_auth(self, rest: str) -> str:
        """Compare the password."""
        words = base64.b64decode(rest.rpartition(" ")[2]).decode().split("\0")
        self.is_known = self.is_encrypted and words[-1] == PASSWORD
        if not self.is_known:
            keep(refused="password")
        return "235 welcome" if self.is_known else "535 wrong password"

    def on_mail(self, _: str) -> str:
        """Let in who has the password."""
        return "250 ok" if self.is_known else "530 who are you?"

    def on_data(self, _: str) -> str:
        """Keep a mail."""
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        mail = message_from_bytes(b"".join(lines), policy=default)
        body: Any = mail.get_body(("plain",))
        keep(subject=str(mail["Subject"]), to=str(mail["To"]), text=body.get_content() if body else "")
        return "250 kept"

    def on_quit(self, _: str) -> str:
        """Take leave."""
        return "221 bye"


class Heartbeat(BaseHTTPRequestHandler):
    """One heartbeat."""

    def do_GET(self) -> None:
        """Keep it."""
        keep(heartbeat=self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Log nothing."""


def main() -> None:
    """Listen until the container is removed."""
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    mail = socketserver.ThreadingTCPServer(("", 587), Session)
    Thread(target=mail.serve_forever, daemon=True).start()
    beats = ThreadingHTTPServer(("", 443), Heartbeat)
    beats.socket = context().wrap_socket(beats.socket, server_side=True)
    beats.serve_forever()


if __name__ == "__main__":
    main()
