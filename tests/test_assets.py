"""Compression and caching: small on the way, kept where that can never be wrong."""

import re
import zlib
from pathlib import Path

import pytest

from tests.factories import make_interface, make_member


@pytest.fixture
def crowd(cast):
    for number in range(40):
        make_interface(make_member(65536 + number), cast.lan, f"192.0.2.{100 + number}")


def addresses(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="(/(?:static|bootstrap)/[^"#]+)', page)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_pages_are_compressed_as_the_browser_asks(alice, crowd, coding):
    plain = alice.get("/peering/")
    small = alice.get("/peering/", headers={"Accept-Encoding": coding})

    assert small.headers["Content-Encoding"] == coding
    assert len(small.data) * 5 < len(plain.data)
    assert "Accept-Encoding" in small.vary


def test_a_compressed_page_is_the_same_page(alice, crowd):
    plain = alice.get("/peering/rejected")
    small = alice.get("/peering/rejected", headers={"Accept-Encoding": "gzip"})

    unpacked = zlib.decompress(small.data, wbits=31).decode()
    assert unpacked == plain.text


def test_static_files_are_named_by_their_content_and_kept_for_a_year(alice):
    found = addresses(alice.get("/peering/").text)

    assert len(found) >= 6
    for address in found:
        with alice.get(address) as response:
            assert response.status_code == 200
            assert "max-age=31536000, immutable" in response.headers["Cache-Control"], address


def test_no_answer_repeats_the_cookie_of_a_login(alice):
    with alice.session_transaction() as session:
        session.permanent = True

    for path in ("/peering/", "/static/css/portal.css"):
        with alice.get(path) as response:
            assert "Set-Cookie" not in response.headers


def test_an_address_with_another_digest_is_not_kept(alice):
    with alice.get("/static/css/portal.css?v=000000000000") as response:
        assert "immutable" not in response.headers.get("Cache-Control", "")


def test_a_file_that_has_not_changed_is_not_sent_again(alice):
    with alice.get("/static/css/portal.css", headers={"Accept-Encoding": "gzip"}) as first:
        tag = first.headers["ETag"]
    headers = {"If-None-Match": tag, "Accept-Encoding": "gzip"}

    with alice.get("/static/css/portal.css", headers=headers) as again:
        assert again.status_code == 304


def test_every_class_that_is_drawn_is_on_some_page(app):
    root = Path(app.root_path)
    sheet = re.sub(r"/\*.*?\*/", "", (root / "static/css/portal.css").read_text(), flags=re.S)
    drawn = {
        name
        for selector in re.findall(r"([^{}]+)\{", sheet)
        for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector)
    }
    files = [path for kind in ("html", "js", "py") for path in root.rglob(f"*.{kind}")]
    words = set(re.findall(r"[\w-]+", "\n".join(path.read_text() for path in files)))

    made = {"dn-both"}  # put together from parts
    assert drawn - words - made == set()


def test_private_pages_are_never_stored(alice):
    for path in ("/peering/", "/login", "/nowhere"):
        assert alice.get(path).headers["Cache-Control"] == "no-store"
