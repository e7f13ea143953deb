"""With APP_DEBUG a page names the templates it was made of, for people who write a skin."""

import re
import shutil
import zlib

import pytest

from app.config import PLUGINS
from tests.conftest import HTMX
from tests.test_skin import SKIN

COMMENT = re.compile(r"<!--((?:(?!--).)*)-->\s*$", re.DOTALL)


@pytest.fixture
def page_of(make_app, cast):
    """What Alice gets at a path of a portal with these settings."""

    def page_of(path="/peering/", name="alice", headers=None, **settings):
        settings = {"debug": True, "plugins": (*PLUGINS, "tests.example_plugin")} | settings
        client = cast.log_in(make_app(**settings).test_client(), name)
        return client.get(path, headers=headers)

    return page_of


def names(page):
    """The lines of the comment at the end of a page."""
    return [line.strip() for line in COMMENT.search(page.text).group(1).splitlines()[1:-1]]


def test_a_page_names_what_it_extends_includes_and_imports_in_order(page_of):
    seen = names(page_of())

    first = ["peering/index.html", "base.html"]
    assert [name for name in seen if name in first] == first
    assert {"_brand.html", "_account.html", "_theme.html", "peering/_rows.html"} < set(seen)
    assert {"macros/icons.html", "macros/badges.html"} < set(seen)
    assert len(seen) == len(set(seen))


def test_a_page_marks_what_came_from_the_skin(page_of):
    seen = names(page_of(skin_dir=SKIN))

    assert {"base.html (skin)", "original/base.html", "_brand.html (skin)"} < set(seen)
    assert "peering/_tabs.html" in seen


def test_a_swap_names_what_it_brings(page_of):
    seen = names(page_of("/peering/peers", headers=HTMX))

    assert seen[0].startswith("peering/_")
    assert "_alerts.html" in seen
    assert "base.html" not in seen


def test_every_answer_names_its_own_and_all_of_its_own(cast, make_app):
    client = cast.log_in(make_app(debug=True).test_client(), "alice")
    first = names(client.get("/peering/"))

    assert "auth/login.html" not in first
    assert names(client.get("/peering/")) == first
    assert names(client.get("/nowhere"))[0] == "error.html"


def test_the_room_of_a_plugin_is_named_too(page_of):
    assert names(page_of("/status"))[0] == "status/index.html"


def test_a_compressed_page_names_them_as_well(page_of):
    page = page_of(headers={"Accept-Encoding": "gzip"})

    assert b"<!-- Templates" in zlib.decompress(page.data, wbits=31)


def test_other_answers_are_left_alone(page_of):
    assert page_of("/", name="alice").text.count("<!--") == 0  # a redirect
    with page_of("/static/css/portal.css") as file:
        assert "<!--" not in file.text


def test_no_name_of_a_template_can_end_the_comment(app, make_app, tmp_path):
    (tmp_path / "templates").mkdir()
    evil = "--><script>x<!---_--!>.html"
    (tmp_path / "templates" / evil).write_text("{{ identity.sitename }}")
    (tmp_path / "templates" / "_brand.html").write_text(f'{{% include "{evil}" %}}')
    client = make_app(debug=True, skin_dir=tmp_path).test_client()

    page = client.get("/login")

    assert "- -><script>x<!- - -_- -!>.html (skin)" in names(page)


def test_a_new_file_of_the_skin_shows_at_once_while_debugging(app, make_app, tmp_path):
    client = make_app(debug=True, skin_dir=tmp_path).test_client()
    before = client.get("/login").text

    shutil.copytree(SKIN, tmp_path, dirs_exist_ok=True)

    assert "Our own corner" not in before
    assert "Our own corner" in client.get("/login").text


def test_without_debug_nothing_is_said_and_nothing_is_watched(page_of, app):
    assert "<!--" not in page_of(debug=False).text
    assert "<!--" not in page_of("/peering/peers", debug=False, headers=HTMX).text
    assert type(app.jinja_env).__module__ == "flask.templating"
