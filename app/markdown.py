"""Markdown that people write, as HTML that is safe to show.

CommonMark 0.31 without raw HTML and pictures. Tables are left out: a few hundred bytes of them can
make a megabyte. What comes out is cleaned once more against a list of harmless tags.
"""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol",
    "p", "pre", "s", "strong", "ul",
}  # fmt: skip
_parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").disable("image")
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
)


def render(text: str) -> Markup:
    """HTML of a note. Cap the length of the text before: some texts take long."""
    return Markup(_cleaner.clean(_parser.render(text)))
