"""Servers on loopback that take alerts: HTTP, and SMTP with STARTTLS, TLS and logins."""

from __future__ import annotations

import base64
import socketserver
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


@dataclass
class Hook:
    """An HTTP server: what was posted to it, and what it answers."""

    url: str = ""
    status: int = 200
    answer: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    posted: list[tuple[str, bytes]] = field(default_factory=list)


@contextmanager
def hook() -> Iterator[Hook]:
    """Serve one."""
    taken = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.posted.append((self.headers["Content-Type"], body))
            self.send_response(taken.status)
            for name, value in taken.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(taken.answer)

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        taken.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/secret"
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield taken
        finally:
            server.shutdown()


@dataclass
class Post:
    """An SMTP server: what it took, who logged in, what it refuses."""

    port: int = 0
    security: str = "none"
    login: tuple[str, str] | None = None
    refuses: frozenset[str] = frozenset()
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    context: ssl.SSLContext | None = None


@contextmanager
def post_office(certificate: tuple[Path, Path] | None = None, **traits: Any) -> Iterator[Post]:
    """Serve one; with a certificate (chain, key) it speaks TLS from the start, or after STARTTLS."""
    post = Post(**traits)
    if certificate:
        post.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        post.context.load_cert_chain(*certificate)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # whoever does not trust the certificate hangs up
                _Conversation(post, self.request).hold()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        post.port = server.server_address[1]
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield post
        finally:
            server.shutdown()


class _Conversation:
    """One connection to the SMTP server (RFC 5321, 3207, 4954)."""

    def __init__(self, post: Post, connection: Any) -> None:
        self.post, self.connection, self.encrypted = post, connection, False
        if post.security == "tls":
            self._encrypt()
        self.lines = self.connection.makefile("rb")
        self.is_known = post.login is None
        self.to: list[str] = []

    def hold(self) -> None:
        self._say("220 post.example.org ESMTP")
        while line := self.lines.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 bye")
                return
            getattr(self, f"do_{verb.lower()}", self._unknown)(rest)

    def do_ehlo(self, _: str) -> None:
        offers = ["post.example.org"]
        offers += ["STARTTLS"] if self.post.security == "starttls" and not self.encrypted else []
        offers += ["AUTH PLAIN"] if self.post.login else []
        for offer in offers[:-1]:
            self._say(f"250-{offer}")
        self._say(f"250 {offers[-1]}")

    def do_starttls(self, _: str) -> None:
        self._say("220 go ahead")
        self._encrypt()
        self.lines = self.connection.makefile("rb")

    def do_auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        self.is_known = (user, password) == self.post.login
        self._say("235 welcome" if self.is_known else "535 5.7.8 Authentication credentials invalid")

    def do_mail(self, _: str) -> None:
        self._say("250 ok" if self.is_known else "530 Authentication required")

    def do_rcpt(self, rest: str) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        if address in self.post.refuses:
            self._say("550 5.1.1 No such user here")
            return
        self.to.append(address)
        self._say("250 ok")

    def do_data(self, _: str) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.lines.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.post.mails.append(message_from_bytes(b"".join(lines), policy=default))  # type: ignore[arg-type]
        self.post.recipients.append(self.to)
        self.post.encrypted.append(self.encrypted)
        self._say("250 taken")

    def do_rset(self, _: str) -> None:
        self._say("250 ok")

    def _unknown(self, _: str) -> None:
        self._say("502 not implemented")

    def _say(self, line: str) -> None:
        self.connection.sendall(f"{line}\r\n".encode())

    def _encrypt(self) -> None:
        assert self.post.context
        self.connection = self.post.context.wrap_socket(self.connection, server_side=True)
        self.encrypted = True


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of its own authority for ``localhost``, by openssl: its path and its key's."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
