"""Guards over all templates."""

import re
from pathlib import Path

import pytest

from scripts.front_end import icons_in_use

APP = Path(__file__).resolve().parent.parent / "app"
TEMPLATES = sorted((APP / "templates").rglob("*.html"))
PARTIALS = [path for path in TEMPLATES if path.name.startswith("_")]
# The title of the window, and what stands inside a table or goes to many places.
WITHOUT_ROOT = {
    "_title.html",
    "_cells.html",
    "_row.html",
    "_rows.html",
    "_heading.html",
    "_counts.html",
    "_matters.html",
}


def names(paths):
    return [str(path.relative_to(APP / "templates")) for path in paths]


@pytest.mark.parametrize("path", PARTIALS, ids=names(PARTIALS))
def test_a_partial_has_one_root_with_an_id(path):
    if path.name in WITHOUT_ROOT:
        return
    html = re.sub(r"{#.*?#}|{%.*?%}", "", path.read_text(), flags=re.DOTALL).strip()
    tag = re.match(r"<(\w+)[^>]*\bid=", html)

    assert tag, "the first element has no id"
    assert html.endswith(f"</{tag.group(1)}>")


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_every_macro_that_is_imported_is_used(path):
    text = path.read_text()
    body = re.sub(r"{% from .*? %}", "", text)
    for imported in re.findall(r'{% from "[^"]+" import ([^%]+?)(?: with context)? %}', text):
        for macro in re.split(r",\s*", imported.strip()):
            assert f"{macro}(" in body, macro


def test_every_target_of_a_swap_exists():
    every = "".join(path.read_text() for path in TEMPLATES)
    targets = set(re.findall(r'hx-target="#([a-z-]+)"', every))

    assert targets
    assert all(f'id="{target}"' in every for target in targets)


def test_no_template_uses_what_the_policy_forbids():
    for path in TEMPLATES:
        assert not re.search(r"\sstyle=|<style|hx-on|\son[a-z]+=", path.read_text()), path


def test_every_icon_stands_in_the_sprite():
    sprite = (APP / "static" / "vendor" / "icons.svg").read_text()
    used = {n for p in TEMPLATES for n in re.findall(r'icon\("([a-z0-9-]+)"\)', p.read_text())}

    assert used
    assert all(f'id="{name}"' in sprite for name in used)


def test_every_icon_of_a_page_is_cut_into_the_sprite(alice, cast):
    pages = [alice.get(path).text for path in ("/peering/", f"/peering/peers/{cast.beta.id}")]
    shown = {name for page in pages for name in re.findall(r"icons\.svg[^#\"]*#([a-z0-9-]+)", page)}

    assert "three-dots" in shown
    assert shown <= set(icons_in_use())
