"""Markdown that people write, as HTML that is safe to show and to mail.

CommonMark 0.31 without raw HTML and pictures. What comes out is cleaned once more against a list of
harmless tags.
"""

import re
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "s", "strong", "ul",
}  # fmt: skip
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}


class Guide(NamedTuple):
    """A text of our own as a page: its title, what is below it, and its sections."""

    title: str
    html: Markup
    sections: tuple[tuple[str, str], ...]  # id and heading, in order


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


def render_guide(text: str) -> Guide:
    """A text that comes with the portal: one title, sections that have ids; tables scroll.

    The links to its own sections stay; those to other files of the repository would lead nowhere
    and become words.
    """
    title, _, rest = text.partition("\n")
    tokens = _guide_parser.parse(re.sub(r"\[([^]]+)\]\((?!#|https?:)[^)]*\)", r"\1", rest))
    sections = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            words = tokens[place + 1].content
            token.attrSet("id", "-".join(re.findall(r"[a-z0-9]+", words.lower())))
            sections.append((str(token.attrGet("id")), words))
    html = _guide_parser.renderer.render(tokens, _guide_parser.options, {})
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table class="tbl">')
    return Guide(
        title.lstrip("# "), Markup(html.replace("</table>", "</table></div>")), tuple(sections)
    )


_guide_parser = MarkdownIt("commonmark", {"html": False}).enable(["table"]).disable("image")
