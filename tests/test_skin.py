"""A skin: an operator's files win, ours stay within reach, nothing else is."""

import re
from pathlib import Path

import pytest
from flask import flash

from app.config import PLUGINS

SKIN = Path(__file__).parent / "example_skin"
YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def skinned(make_app):
    return make_app(skin_dir=SKIN, plugins=(*PLUGINS, "tests.example_plugin"))


@pytest.fixture
def alice(skinned, cast):
    return cast.log_in(skinned.test_client(), "alice")


@pytest.fixture
def own_folder(tmp_path, make_app, app):
    """A client of a portal whose skin the test fills, and the folder of static files."""
    static = tmp_path / "skin" / "static"
    static.mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("not for the world")
    return make_app(skin_dir=tmp_path / "skin").test_client(), static


def address(page, name):
    return re.search(rf'"(/static/{name}\?v=[0-9a-f]+)"', page).group(1)


def body(client, path):
    with client.get(path) as response:
        return response.status_code, response.get_data(as_text=True)


def test_a_skin_changes_one_block_and_the_rest_of_the_page_stays(alice):
    page = alice.get("/peering/").text

    assert "Run with care by IXP" in page
    assert page.count('class="foot"') == 1
    assert 'id="peering-tabs"' in page


def test_a_skin_changes_one_partial_wherever_it_is_used(alice, skinned):
    for page in (alice.get("/peering/").text, skinned.test_client().get("/login").text):
        assert "Our own corner" in page
        assert "Peering Manager</span></a>" not in page


def test_a_skin_wins_over_the_templates_of_a_plugin_and_may_extend_them(alice):
    page = alice.get("/status").text

    assert "<title>Ours" in page
    assert "All switches are up, Alice." in page


def test_a_skin_wins_over_the_templates_of_bootstrap_flask_and_may_extend_them(make_app, tmp_path):
    folder = tmp_path / "templates" / "bootstrap5"
    folder.mkdir(parents=True)
    (folder / "utils.html").write_text(
        '{% import "original/bootstrap5/utils.html" as theirs %}'
        "{% macro render_messages() %}Ours, then {{ theirs.render_messages() }}{% endmacro %}"
    )
    app = make_app(skin_dir=tmp_path)

    with app.test_request_context():
        flash("what Bootstrap-Flask shows")
        shown = app.jinja_env.get_template("bootstrap5/utils.html").module.render_messages()

    assert shown.startswith("Ours, then")
    assert "what Bootstrap-Flask shows" in shown


def test_without_a_skin_original_names_what_there_is(make_app):
    app = make_app(plugins=(*PLUGINS, "tests.example_plugin"))

    for name in ("base.html", "status/index.html", "bootstrap5/utils.html"):
        original = app.jinja_env.get_template(f"original/{name}")
        assert original.filename == app.jinja_env.get_template(name).filename


def test_a_skin_file_replaces_ours_and_is_kept_for_a_year(alice, client):
    ours = address(client.get("/login").text, "css/portal.css")
    theirs = address(alice.get("/peering/").text, "css/portal.css")

    with alice.get(theirs) as response:
        assert response.get_data() == (SKIN / "static/css/portal.css").read_bytes()
        assert response.headers["Cache-Control"] == YEAR
    assert theirs != ours


def test_a_new_file_of_the_skin_is_served_like_ours(alice):
    with alice.get(address(alice.get("/peering/").text, "img/lantern.svg")) as response:
        assert "#c9a227" in response.text
        assert response.mimetype == "image/svg+xml"
        assert response.headers["Cache-Control"] == YEAR


def test_what_the_skin_does_not_have_is_ours(alice):
    with alice.get(address(alice.get("/peering/").text, "js/theme.js")) as response:
        assert "prefers-color-scheme" in response.text
        assert response.headers["Cache-Control"] == YEAR


def test_a_skin_file_that_changes_gets_another_address(own_folder):
    client, static = own_folder
    (static / "js").mkdir()
    seen = [address(client.get("/login").text, "js/theme.js")]
    for text in ("// one", "// two, longer"):
        (static / "js" / "theme.js").write_text(text)
        seen.append(address(client.get("/login").text, "js/theme.js"))
        assert body(client, seen[-1]) == (200, text)

    assert len(set(seen)) == 3


@pytest.mark.parametrize(
    "path",
    [
        "../../secret.txt",
        "%2e%2e/%2e%2e/secret.txt",
        "css/../../../secret.txt",
        "..%2f..%2fsecret.txt",
        "..\\..\\secret.txt",
        "/{}/secret.txt",
        "%2f{}%2fsecret.txt",
        "../templates/own.html",
        "css",
        "",
    ],
)
def test_nothing_outside_the_static_folder_can_be_reached(own_folder, path, tmp_path):
    client, static = own_folder
    (static.parent / "templates").mkdir()
    (static.parent / "templates" / "own.html").write_text("not for the world")
    (static / "css").mkdir()

    status, text = body(client, "/static/" + path.format(str(tmp_path).strip("/")))

    assert status in (404, 308)
    assert "not for the world" not in text


def test_a_link_in_the_skin_is_followed_as_in_any_static_folder(own_folder, tmp_path):
    client, static = own_folder
    (tmp_path / "logo.svg").write_text("<svg/>")
    (static / "logo.svg").symlink_to(tmp_path / "logo.svg")
    (static / "gone.svg").symlink_to(tmp_path / "nowhere.svg")

    assert body(client, "/static/logo.svg") == (200, "<svg/>")
    assert body(client, "/static/gone.svg")[0] == 404


def test_a_skin_without_static_files_or_templates_changes_nothing(make_app, client, tmp_path):
    bare = make_app(skin_dir=tmp_path).test_client()

    assert address(bare.get("/login").text, "css/portal.css") == address(
        client.get("/login").text, "css/portal.css"
    )


def test_a_relative_path_of_a_skin_is_meant_from_the_current_folder(app, make_app, monkeypatch):
    monkeypatch.chdir(SKIN.parent)

    client = make_app(skin_dir=Path("example_skin")).test_client()

    assert "Our own corner" in client.get("/login").text
    assert body(client, "/static/img/lantern.svg")[0] == 200
