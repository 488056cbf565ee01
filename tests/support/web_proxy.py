"""A proxy that a browser goes through, so that each name it types is asked of a server under test, every time anew.

Where the server's answer is the sinkhole, the browser gets the pages behind that; where it is anything else, the site
itself answers, which this plays. Nothing is kept from one request to the next, as a browser's own look-ups would be.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.support.processes import PATIENCE

THE_SITE = b"<!DOCTYPE html><title>open</title><h1>The site itself</h1>"


@dataclass(frozen=True)
class Net:
    """Which addresses a name has, as a DNS server says; what of them is the sinkhole, and the port of its pages."""

    addresses: Callable[[str], list[str]]
    sinkhole: str
    port: int


class _Handler(BaseHTTPRequestHandler):
    net: Net

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        wanted = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.net.addresses(wanted.hostname or "") != [self.net.sinkhole]:
            self._say(200, [("Content-Type", "text/html")], THE_SITE)
            return
        connection = http.client.HTTPConnection(self.net.sinkhole, self.net.port, timeout=PATIENCE)
        kept = ("Host", "Origin", "Content-Type", "Referer", "Sec-Fetch-Site")
        headers = {name: self.headers[name] for name in kept if name in self.headers}
        connection.request(self.command, wanted.path or "/", body or None, headers)
        answer = connection.getresponse()
        given = [
            each for each in answer.getheaders() if each[0].lower() not in ("connection", "content-length")
        ]
        self._say(answer.status, given, answer.read())
        connection.close()

    def _say(self, status: int, fields: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test says what it wants to know."""


@contextmanager
def web_proxy(net: Net) -> Iterator[str]:
    """One on loopback; its address, for `--proxy-server`."""
    handler = type("Handler", (_Handler,), {"net": net})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)
