"""Knows a publisher of lists on loopback: a real HTTP server that answers as a test tells it, and keeps what it saw."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

type Answer = Callable[["Handler"], None]


@dataclass
class Publisher:
    """`answers` by path; a list of answers is given one after the other, the last again and again."""

    port: int = 0
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def on(self, path: str, *answers: Answer) -> str:
        """Say what to answer; returns the URL."""
        self.answers[path] = list(answers)
        return self.url(path)

    def publish(self, path: str, text: str | bytes, **headers: str) -> str:
        """Publish a text, with `etag` or `last_modified` also conditionally."""
        data = text.encode() if isinstance(text, str) else text
        lines = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.on(path, lambda handler: handler.publish(data, lines))

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    publisher: ClassVar[Publisher]

    def do_GET(self) -> None:
        self.publisher.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answers = self.publisher.answers.get(self.path, [lambda handler: handler.reply(404, b"not here")])
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"content-length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def publish(self, data: bytes, headers: dict[str, str]) -> None:
        for ours, theirs in (("etag", "if-none-match"), ("last-modified", "if-modified-since")):
            if ours in headers and self.headers.get(theirs) == headers[ours]:
                self.reply(304)
                return
        self.reply(200, data, headers)

    def log_message(self, *_: object) -> None:
        return


@contextlib.contextmanager
def a_publisher() -> Iterator[Publisher]:
    publisher = Publisher()
    handler = type("OwnHandler", (Handler,), {"publisher": publisher})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        publisher.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield publisher
        server.shutdown()


def rules(count: int, name: str = "tracker") -> str:
    return "".join(f"||{name}{place}.test^\n" for place in range(count))
