"""A little mail server on loopback: STARTTLS or not, AUTH PLAIN, and answers that a test chooses (RFC 5321)."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass
class Mailbox:
    """What the server was handed, and how it shall answer the next ones."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  # to DATA's end, first to last; then 250
    refuse: str = ""  # this recipient gets 550


class _Session(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self) -> None:
        self.mailbox: Mailbox = self.server.mailbox  # type: ignore[attr-defined]
        self._secure = False
        self._say("220 mail.example ready")
        while line := self.rfile.readline(4096):
            words = line.decode().split()
            verb = words[0].upper() if words else ""
            if verb == "QUIT":
                self._say("221 bye")
                return
            getattr(self, f"_{verb.lower()}", self._ok)(words)

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the encrypted one, where there is one

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _ok(self, words: list[str]) -> None:
        self._say("250 ok")

    def _ehlo(self, words: list[str]) -> None:
        self._say("250-mail.example")
        if self.server.context and not self._secure:  # type: ignore[attr-defined]
            self._say("250-STARTTLS")
        self._say("250 AUTH PLAIN")

    def _starttls(self, words: list[str]) -> None:
        self._say("220 go ahead")
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)  # type: ignore[attr-defined]
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self._secure = True

    def _auth(self, words: list[str]) -> None:
        _, user, password = base64.b64decode(words[2]).decode().split("\0")
        self.mailbox.logins.append((user, password))
        self._say("235 welcome")

    def _rcpt(self, words: list[str]) -> None:
        address = words[1].partition("<")[2].partition(">")[0]
        if address == self.mailbox.refuse:
            self._say("550 no such mailbox")
            return
        self.mailbox.recipients.append(address)
        self._say("250 ok")

    def _data(self, words: list[str]) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline(1 << 20)) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        answer = self.mailbox.answers.pop(0) if self.mailbox.answers else "250 taken"
        if answer.startswith("250"):
            self.mailbox.messages.append(message_from_bytes(b"".join(lines), policy=policy.SMTP))
            self.mailbox.encrypted.append(self._secure)
        self._say(answer)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is not our concern."""


@contextmanager
def mail_server(certificate: tuple[Path, Path] | None = None) -> Iterator[Mailbox]:
    """A server on a free port of 127.0.0.1; with a certificate and key it offers STARTTLS."""
    mailbox = Mailbox()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.mailbox = mailbox  # type: ignore[attr-defined]
        server.context = None  # type: ignore[attr-defined]
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            server.context = context  # type: ignore[attr-defined]
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()
