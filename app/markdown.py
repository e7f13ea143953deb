"""Markdown that people write, as HTML that is safe to show and to mail.

CommonMark 0.31 without raw HTML and pictures, with strikethrough and tables as GitHub has them.
What comes out is cleaned once more against a list of harmless tags.
"""

import re
from typing import Any, NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "s", "strong", "ul",
}  # fmt: skip
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_SIDES = {"text-align:right": "num", "text-align:center": "mid"}  # no style is let through
_MOST_CELLS = 2_000  # of a note


class Guide(NamedTuple):
    """A text of our own as a page: its title, what is below it, and its sections."""

    title: str
    html: Markup
    sections: tuple[tuple[str, str], ...]  # id and heading, in order


def _parser(heading: str, *more: str) -> MarkdownIt:
    """A parser that makes every heading a `heading`: the text stands within a page of its own
    order, and levels that jump are lost on who listens to it. Cells keep their side as a class."""

    def tidy(state: StateCore) -> None:
        for token in state.tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = heading
            elif token.type in ("th_open", "td_open"):
                side = _SIDES.get(str(token.attrs.pop("style", "")))
                token.attrs |= {"class": side} if side else {}

    parser = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", *more])
    parser.disable("image").core.ruler.push("tidy", tidy)
    return parser


def _boxed(parser: MarkdownIt, attributes: str = "") -> MarkdownIt:
    """The parser, with every table in a box that scrolls."""
    begin = f'<div class="scroll" tabindex="0"><table{attributes}>\n'
    parser.add_render_rule("table_open", lambda *_: begin)
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return parser


_plain_parser, _note_parser = _parser("h4"), _boxed(_parser("h4", "table"))
_mail_parser = _parser("h3", "table")


def _cleaner(tags: set[str], **more: Any) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        **more,
    )


_clean_note = _cleaner(
    _TAGS | _TABLES | {"div"},
    allowed_classes={"div": {"scroll"}} | {cell: set(_SIDES.values()) for cell in ("th", "td")},
    tag_attribute_values={"div": {"tabindex": {"0"}}},
    set_tag_attribute_values={"pre": {"tabindex": "0"}},  # it scrolls, too, and by keys
)
_clean_mail = _cleaner(_TAGS | _TABLES)


def render(text: str) -> Markup:
    """HTML of a note; its tables scroll, each in a box of its own.

    Cap the length of the text before: some texts take long. What could become more than
    `_MOST_CELLS` stays as it was typed: a few hundred octets can make a megabyte of empty cells.
    """
    parser = _note_parser if _most_cells(text) <= _MOST_CELLS else _plain_parser
    return Markup(_clean_note.clean(parser.render(text)))


def _most_cells(text: str) -> int:
    """How many cells its tables can have at most: each ends at an empty line."""
    cells = widest = lines = 0
    for line in re.split(r"\r\n?|\n", f"{text}\n"):
        if line.strip():
            widest, lines = max(widest, line.count("|") + 1), lines + 1
        else:
            cells, widest, lines = cells + (widest * lines if widest > 1 else 0), 0, 0
    return cells


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
    return Guide(title.lstrip("# "), Markup(html), tuple(sections))


_guide_parser = _boxed(
    MarkdownIt("commonmark", {"html": False}).enable(["table"]).disable("image"), ' class="tbl"'
)
