"""The real portal behind gunicorn, and a client that behaves like a browser."""

import os
import re
import socket
import subprocess
import sys
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import urlencode

from bench.exchange import PASSWORD, SECRET, USER

ROOT = Path(__file__).resolve().parent.parent
ENCODINGS = "gzip, deflate, br, zstd"


class Gunicorn:
    """gunicorn with this many workers on a free port, until the block ends."""

    def __init__(self, url: str, workers: int = 1) -> None:
        self.url, self.workers = url, workers

    def __enter__(self) -> "Gunicorn":
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(64)
        self.port: int = self.socket.getsockname()[1]
        os.set_inheritable(self.socket.fileno(), True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"fd://{self.socket.fileno()}",
             "--workers", str(self.workers), "--no-control-socket",
             "--keep-alive", "75", "--log-level", "error", "wsgi:app"],
            cwd=ROOT,
            pass_fds=[self.socket.fileno()],
            env=os.environ | {"DATABASE_URL": self.url, "SECRET_KEY": SECRET},
        )  # fmt: skip
        Client(self.port).get("/static/img/favicon.svg")  # waits until a worker is up
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.socket.close()


class Answer(NamedTuple):
    status: int
    octets: bytes  # as they came, compressed
    headers: dict[str, str]


class Client:
    """One browser on one kept connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def log_in(self) -> "Client":
        fields = urlencode({"login": USER, "password": PASSWORD})
        self._ask("POST", "/login", fields, {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self.port}",
        })  # fmt: skip
        return self

    def get(self, path: str, *, swap: str = "", plain: bool = False) -> Answer:
        """`swap` is the id of what the answer replaces; without one it is a whole page."""
        headers = {"HX-Request": "true", "HX-Target": swap} if swap else {}
        return self._ask("GET", path, None, headers | ({"Accept-Encoding": ""} if plain else {}))

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        self.connection.request(
            method, path, body, {"Accept-Encoding": ENCODINGS, "Cookie": self.cookie} | headers
        )
        response: HTTPResponse = self.connection.getresponse()
        octets = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            if cookie.startswith("session="):
                self.cookie = cookie.partition(";")[0]
        assert response.status < 400, f"{method} {path} answered {response.status}"
        return Answer(response.status, octets, dict(response.headers))


def first_visit(client: Client, path: str) -> dict[str, int]:
    """The octets a browser with an empty cache fetches for a page: the page and its files."""
    page = client.get(path, plain=True).octets.decode()
    files = set(re.findall(r'(?:src|href)="(/(?:static|bootstrap)[^"#]*)', page))
    sizes = {path: len(client.get(path).octets)}
    return sizes | {file.partition("?")[0]: len(client.get(file).octets) for file in sorted(files)}
