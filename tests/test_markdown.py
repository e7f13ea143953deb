"""Markdown of people becomes HTML that can do no harm."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a **b** ~~c~~", "<p>a <strong>b</strong> <s>c</s></p>\n"),
        ("* one\n* two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        (
            "[peer](https://x.example/)",
            '<p><a href="https://x.example/" rel="noopener noreferrer nofollow">peer</a></p>\n',
        ),
    ],
)
def test_what_people_write_looks_as_they_mean_it(text, html):
    assert markdown.render(text) == html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "![a](https://tracker.example/a.png)",
    '<a href="javascript:alert(1)">a</a>',
    "<style>body{display:none}</style>",
    '<form action="/logout" method="post"><button>x</button></form>',
    '[a](https://x.example/ "t\\" onclick=\\"alert(1)")',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "|a|\n|-|\n|[x](javascript:alert(1)) <script>alert(1)</script> ![y](javascript:z)|",
    '[a](https://x.example/ "<table onclick=alert(1)><table>")\n\n|a|\n|-|',
    '|<td onclick=alert(1)>|b" class="top|\n|:-:|-:|\n|<img src=x onerror=alert(1)>|</table>|',
]
HARMLESS = re.compile(
    r"</?(?:blockquote|br|code|em|h[1-6]|hr|li|ol|p|pre|s|strong|ul)>|<ol start=\"\d+\">|</a>"
    r"|<pre tabindex=\"0\">|<div class=\"scroll\" tabindex=\"0\"><table>|</table></div>"
    r"|</?(?:thead|tbody|tr)>"
    r"|<(?:th|td)(?: class=\"(?:num|mid)\")?>|</(?:th|td)>"
    r"|<a(?: href=\"(?:https?:|mailto:|/|#|[^\":]*)[^\"]*\")?(?: title=\"[^\"]*\")?"
    r" rel=\"noopener noreferrer nofollow\">"
)


def is_harmless(html):
    return "<" not in HARMLESS.sub("", html) and "javascript:" not in re.sub(r">[^<]*<", "", html)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text):
    assert is_harmless(markdown.render(text))


TABLE = "| LAN | session | since |\n|---|:-:|--:|\n| LAN 1 | **up** | 2026 |\n"


def test_a_table_of_a_note_scrolls_in_a_box_of_its_own_and_keeps_to_its_sides():
    html = markdown.render(TABLE)

    assert html.startswith('<div class="scroll" tabindex="0"><table>\n<thead>\n<tr>\n<th>LAN</th>')
    assert '<td class="mid"><strong>up</strong></td>\n<td class="num">2026</td>' in html
    assert html.endswith("</tbody>\n</table></div>\n")


def test_code_of_a_note_scrolls_by_keys():
    assert markdown.render("    code") == '<pre tabindex="0"><code>code\n</code></pre>\n'


def test_a_table_of_a_mail_is_only_a_table():
    html = markdown.render_mail(TABLE)

    assert html.startswith("<table>\n<thead>\n<tr>\n<th>LAN</th>")
    assert "class" not in html


@pytest.mark.parametrize(
    "text",
    [
        "|a" * 600 + "\n" + "|-" * 600 + "\n" + "|\n" * 700,
        "|a" * 40 + "\n" + "|-" * 40 + "\n" + "a\n" * 2400,
        "> " + "|a" * 300 + "\n> " + "|-" * 300 + "\n" + "> a\n" * 500,
    ],
    ids=["wide", "long", "quoted"],
)
def test_few_letters_of_a_table_never_make_a_page_of_empty_cells(text):
    html = markdown.render(text)

    assert "<table>" not in html
    assert "|a|a" in html
    assert len(html) < 4 * len(text)


def test_a_table_as_large_as_somebody_would_type_is_one():
    text = "|a|b|c|d|\n|-|-|-|-|\n" + "|1|2|3|4|\n" * 300

    assert markdown.render(text).count("<tr>") == 301


def test_a_small_table_is_one_in_a_long_note():
    table = "|a|b|c|d|e|f|g|h|\n" + "|-" * 8 + "|\n" + "|1|2|3|4|5|6|7|8|\n" * 6
    prose = "What we talked about on the phone, line by line.\n\n" * 130

    assert markdown.render(f"{prose}{table}\n{prose}").count("<tr>") == 7


def test_many_small_tables_are_together_no_larger_than_one():
    table = "|a|b|\n|-|-|\n" + "|\n" * 20

    assert "<table>" in markdown.render(f"{table}\n" * 10)
    assert "<table>" not in markdown.render(f"{table}\n" * 100)


def test_a_line_may_end_as_it_likes():
    text = "\r".join(["|a" * 300, "|-" * 300, *(["|"] * 700)])

    assert "<table>" not in markdown.render(text)


@given(st.text(alphabet="|-: \nax\\`*<>", max_size=120))
def test_no_table_that_is_typed_gets_through_as_more_than_harmless_tags(text):
    assert is_harmless(markdown.render(f"|a|b|\n|-|-|\n{text}"))


@given(st.text(alphabet="<>[]()!\"'`*_~#&;:/\\ \njavascriptonload=.", max_size=120))
def test_nothing_that_is_typed_gets_through_as_more_than_harmless_tags(text):
    assert is_harmless(markdown.render(text))


def test_a_wall_of_brackets_stays_small():
    text = "[" * 5000

    assert len(markdown.render(text)) < 2 * len(text)


def test_headings_do_not_disturb_the_order_of_the_page_around_them():
    assert markdown.render("# One\n\n###### Six") == "<h4>One</h4>\n<h4>Six</h4>\n"
    assert markdown.render_mail("# One") == "<h3>One</h3>\n"
