"""Markdown that people write, as HTML that is safe to show and to mail.

CommonMark 0.31 without raw HTML and pictures. What comes out is cleaned once more against a list of
harmless tags.
"""

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "s", "strong", "ul",
}  # fmt: skip
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}


def _parser(heading: str, *more: str) -> MarkdownIt:
    """A parser that makes every heading a `heading`: the text stands within a page of its own
    order, and levels that jump are lost on who listens to it."""

    def level(state: StateCore) -> None:
        for token in state.tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = heading

    parser = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", *more])
    parser.disable("image").core.ruler.push("level", level)
    return parser


_note_parser, _mail_parser = _parser("h4"), _parser("h3", "table")


def _cleaner(tags: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


_clean, _clean_mail = _cleaner(_TAGS), _cleaner(_TAGS | _TABLES)


def render(text: str) -> Markup:
    """HTML of a note, without tables: a few hundred octets of them can make a megabyte.

    Cap the length of the text before: some texts take long.
    """
    return Markup(_clean.clean(_note_parser.render(text)))


def render_mail(text: str) -> Markup:
    """HTML of a message, tables included; `letter.checked_message` caps it before."""
    return Markup(_clean_mail.clean(_mail_parser.render(text)))
