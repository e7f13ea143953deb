"""The members' guide as a page of the portal."""

import re

import pytest

from app import markdown
from app.domain.absence_words import short
from app.domain.confidence import Absence, Sureness


def test_who_is_signed_out_reads_it_and_the_login_leads_to_it(client):
    page = client.get("/help/").text

    assert "<h1>For members</h1>" in page
    assert "Potential Bilateral Peers" in page
    assert '<a href="/help/">Help</a>' in client.get("/login").text


def test_the_menu_of_who_is_signed_in_leads_to_it(alice):
    menu = alice.get("/account/").text.partition("Keyboard shortcuts")[0]

    assert '<a href="/help/">Help</a>' in menu
    assert alice.get("/help/").status_code == 200


def test_every_section_is_in_the_list_on_top(client):
    page = client.get("/help/").text

    listed = re.findall(r'<li><a href="#([^"]+)">', page)
    assert listed == re.findall(r'<h2 id="([^"]+)">', page)
    assert "the-badges" in listed
    assert len(set(listed)) == len(listed)


def test_links_to_other_files_become_words_and_others_stay():
    text = "# T\n\n## A\n\n[a file](operators.md#x), [a part](#a), [a page](https://example.net/)"
    html = markdown.render_guide(text).html

    assert "a file, " in html
    assert '<a href="#a">a part</a>' in html
    assert '<a href="https://example.net/">a page</a>' in html


def test_html_of_the_text_is_shown_not_used():
    assert "<script>" not in markdown.render_guide("# T\n\n<script>alert(1)</script>").html


@pytest.mark.parametrize("sureness", Sureness)
def test_it_explains_every_phrase_about_silence(client, sureness):
    phrase = short(Absence(sureness, 0.997, 1.3 * 86400, 5 * 86400), 28)

    assert f"<td>{phrase}</td>" in client.get("/help/").text


def test_the_lists_that_say_what_silence_means_lead_to_the_explanation(cast, alice):
    there = 'href="/help/#what-silence-means"'

    assert there in alice.get("/peering/potential").text
    assert there not in alice.get("/peering/peers").text
