"""Static files are named by their content and kept for a year; answers are compressed.

A proxy that compresses by itself is left alone: it does not send `Accept-Encoding` on, or finds
the answer compressed already.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from flask_compress import Compress
from werkzeug.security import safe_join

STATIC_ENDPOINTS = ("static", "bootstrap.static")
MATRIX = ("application/octet-stream", "application/graphml+xml", "text/csv")  # packed, and files
YEAR = 365 * 24 * 3600
DIGEST_LENGTH = 12


def init_app(app: Flask) -> None:
    """Add the digest to every address of a static file, cache by it, compress the rest."""
    app.config.setdefault("COMPRESS_MIN_SIZE", 500)
    app.config.setdefault("COMPRESS_STREAMING_ENDPOINT_CONDITIONAL", list(STATIC_ENDPOINTS))
    app.config.setdefault("COMPRESS_ZSTD_LEVEL", 5)  # a tenth smaller than 1 and 3 on our tables
    Compress(app).compress_mimetypes_set.update(MATRIX)
    app.url_defaults(_add_digest)
    app.after_request(_cache)


def _add_digest(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint in STATIC_ENDPOINTS and "filename" in values and "v" not in values:
        digest = _digest(endpoint, values["filename"])
        if digest:
            values["v"] = digest


def _digest(endpoint: str, filename: str) -> str | None:
    found = (path for folder in _folders(endpoint) if (path := find_in(folder, filename)))
    path = next(found, None)
    return _digest_of(str(path), path.stat().st_mtime_ns) if path else None


def find_in(folder: str, filename: str) -> Path | None:
    """The file of that name below `folder`, as Flask would send it; None when there is none."""
    path = safe_join(folder, filename)
    return Path(path) if path and Path(path).is_file() else None


@lru_cache(maxsize=1000)
def _digest_of(path: str, _changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:DIGEST_LENGTH]


def _folders(endpoint: str) -> list[str]:
    """Where the files of this endpoint lie; the skin's go before ours (app/skin.py)."""
    room = endpoint.rpartition(".")[0]
    scaffold = current_app.blueprints[room] if room else current_app
    skin = None if room else current_app.extensions.get("skin_static")
    return [folder for folder in (skin, scaffold.static_folder) if folder]


def _cache(response: Response) -> Response:
    """An address with the right digest never changes what it means."""
    if request.endpoint in STATIC_ENDPOINTS and response.status_code in (200, 304):
        filename = (request.view_args or {}).get("filename", "")
        digest = _digest(request.endpoint, filename)
        if digest and request.args.get("v") == digest:
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
