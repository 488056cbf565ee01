"""A real web server on loopback whose answers a test writes, octet by octet where it must."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


class Web:
    """Answers by path; remembers the paths and headers that were asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def body(content: bytes, status: int = 200, **headers: str) -> Answer:
    """An ordinary answer; underscores in header names stand for hyphens."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def raw(*pieces: bytes, pause: float = 0.0) -> Answer:
    """The pieces just as they are, with a pause in seconds before each, then the end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        waiter = threading.Event()
        for piece in pieces:
            waiter.wait(pause)
            handler.wfile.write(piece)
            handler.wfile.flush()

    return answer


@contextmanager
def web_server(address: str = "127.0.0.1") -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append((self.path, dict(self.headers)))
            try:
                web.answers.get(self.path, body(b"", 404))(self)
            except OSError:
                pass  # the client hung up, as it may
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((address, 0), Handler)
    web = Web(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
