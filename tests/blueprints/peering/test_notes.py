"""Notes in the drawer: written, previewed, changed, deleted, undone; and by whom."""

import re

import pytest

from app.extensions import db
from app.models import Note
from app.services import notes
from tests.conftest import HTMX, NOON
from tests.services.test_notes import actor_of


@pytest.fixture
def note(cast):
    return notes.add(actor_of(cast, "alice", cast.alpha), cast.mall.id, "Spoke to Ana", now=NOON)


@pytest.fixture
def base(cast):
    return f"/peering/potential/{cast.mall.id}"


def send(client, cast, path, headers=HTMX, **fields):
    return client.post(path, data={"member": cast.alpha.id, **fields}, headers=headers)


def texts(cast):
    found = db.session.query(Note).filter_by(deleted_at=None).order_by(Note.id)
    return [one.text for one in found]


def test_a_note_is_stored_and_shown_as_markdown_with_a_mark_on_the_row(alice, cast, base):
    response = send(alice, cast, f"{base}/notes", text="Ask **Ana**")

    assert response.status_code == 200
    assert "Ask <strong>Ana</strong>" in response.text
    assert f'hx-swap-oob="innerHTML:#peer-{cast.mall.id} .c-note"' in response.text
    assert 'title="1 own note"' in response.text
    assert "nt-own" in alice.get("/peering/potential").text


def test_without_javascript_it_leads_back_to_the_notes(alice, cast, base):
    response = send(alice, cast, f"{base}/notes?q=ma", headers={}, text="Ask Ana")

    assert (response.status_code, response.location) == (303, f"{base}?q=ma#peer-notes")
    assert "Ask Ana" in alice.get(base).text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "swap"])
def test_a_preview_shows_it_and_stores_nothing(alice, cast, base, headers):
    response = send(alice, cast, f"{base}/notes", headers=headers, text="**bold**", preview="1")

    assert "<strong>bold</strong>" in response.text
    assert ">\n**bold**</textarea>" in response.text
    assert texts(cast) == []


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "swap"])
@pytest.mark.parametrize(("text", "word"), [("", "needs a text"), ("x" * 5001, "this one has")])
def test_what_makes_no_sense_comes_back_with_why(alice, cast, base, text, word, headers):
    response = send(alice, cast, f"{base}/notes", headers=headers, text=text)

    assert response.status_code == 422
    assert word in response.text
    assert f"\n{text}</textarea>" in response.text
    assert 'aria-invalid="true"' in response.text


def test_a_note_is_edited_in_its_place_and_the_toast_undoes_it(alice, cast, base, note):
    form = alice.get(f"{base}/notes/{note}", headers=HTMX).text
    assert ">\nSpoke to Ana</textarea>" in form

    changed = send(alice, cast, f"{base}/notes/{note}", text="Spoke to Bo", version=1)

    assert texts(cast) == ["Spoke to Bo"]
    assert f'action="{base}/notes/{note}/undo"' in changed.text
    send(alice, cast, f"{base}/notes/{note}/undo", version=2)
    assert texts(cast) == ["Spoke to Ana"]


def test_saving_it_unchanged_offers_no_undo_of_an_earlier_step(alice, cast, base, note):
    send(alice, cast, f"{base}/notes/{note}", text="Spoke to Bo", version=1)

    response = send(alice, cast, f"{base}/notes/{note}", text="Spoke to Bo", version=2)

    assert "Nothing was changed" in response.text
    assert "/undo" not in response.text


def test_a_deleted_note_comes_back_by_undo(alice, cast, base, note):
    deleted = send(alice, cast, f"{base}/notes/{note}/delete", version=1)
    assert texts(cast) == []
    assert "Nothing written or done yet" in deleted.text

    undone = send(alice, cast, f"{base}/notes/{note}/undo", version=2)

    assert undone.headers["HX-Retarget"] == "#peering-panel"
    assert "Spoke to Ana" in undone.text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "swap"])
def test_whoever_saves_second_gets_both_texts(alice, cast, base, note, headers):
    send(alice, cast, f"{base}/notes/{note}", text="First", version=1)

    response = send(alice, cast, f"{base}/notes/{note}", headers=headers, text="Second", version=1)

    assert response.status_code == 409
    assert "Alice changed this note while you were writing" in response.text
    assert "<p>First</p>" in response.text
    assert ">\nSecond</textarea>" in response.text
    version = re.search(r'name="version" value="(\d+)"', response.text).group(1)
    send(alice, cast, f"{base}/notes/{note}", text="Second", version=version, both="1")
    assert texts(cast) == ["First\n\nSecond"]


def test_a_note_deleted_meanwhile_can_be_saved_as_a_new_one(alice, cast, base, note):
    send(alice, cast, f"{base}/notes/{note}/delete", version=1)

    response = send(alice, cast, f"{base}/notes/{note}", text="Second", version=1)

    assert response.status_code == 409
    assert "A colleague deleted this note" in response.text
    assert f'hx-post="{base}/notes"' in response.text
    assert "Save as a new note" in response.text


def test_a_stale_page_deletes_nothing(alice, cast, base, note):
    send(alice, cast, f"{base}/notes/{note}", text="First", version=1)

    response = send(alice, cast, f"{base}/notes/{note}/delete", version=1)

    assert response.status_code == 409
    assert "Alice changed this note in the meantime; nothing was done here." in response.text
    assert texts(cast) == ["First"]


@pytest.mark.parametrize(("who", "status"), [("rita", 403), ("bob", 409), ("carol", 403)])
def test_strangers_and_readers_write_nothing(app, cast, base, note, who, status):
    client = cast.log_in(app.test_client(), who)

    for path in (
        f"{base}/notes",
        *(f"{base}/notes/{note}{end}" for end in ("", "/delete", "/undo")),
    ):
        assert send(client, cast, path, text="Mine", version=1).status_code == status
    assert texts(cast) == ["Spoke to Ana"]


def test_who_acts_for_another_member_does_not_find_it(app, cast, base, note):
    client = cast.log_in(app.test_client(), "bob")

    for end in ("", "/delete", "/undo"):
        data = {"member": cast.beta.id, "text": "Mine", "version": 1}
        assert client.post(f"{base}/notes/{note}{end}", data=data).status_code == 404
    assert "Spoke to Ana" not in client.get(base).text
    assert texts(cast) == ["Spoke to Ana"]


def test_a_reader_reads(app, cast, base, note):
    text = cast.log_in(app.test_client(), "rita").get(base).text

    assert "Spoke to Ana" in text
    assert "/notes/new" not in text
    assert "Delete" not in text


def test_a_superuser_looking_as_the_member_reads_no_text_and_finds_none(app, cast, base, note):
    client = cast.log_in(app.test_client(), "carol", view_as=cast.alpha.id)

    text = client.get(base).text

    assert "Spoke to Ana" not in text
    assert "The text is Alpha’s own." in text
    assert 'class="who"' not in client.get("/peering/potential?q=spoke").text


def test_a_search_finds_what_ones_own_notes_say(alice, cast, note):
    found = alice.get("/peering/potential?q=ANA+spoke", headers=HTMX).text

    assert f'id="peer-{cast.mall.id}"' in found
    assert f'id="peer-{cast.beta.id}"' not in found


def test_a_log_entry_shows_otherwise_than_a_note(alice, cast):
    send(alice, cast, f"/peering/potential/{cast.mall.id}/mark", mark="rejected")

    page = alice.get("/peering/rejected").text

    assert 'title="log entries only"' in page
    assert "nt-own" not in page
    drawer = alice.get(f"/peering/rejected/{cast.mall.id}").text
    assert "Alice: moved to Rejected / Ignored" in drawer


HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert(1)) </textarea><img src=x onerror=alert(1)>"
)


def test_hostile_text_stays_text(alice, cast, base):
    send(alice, cast, f"{base}/notes", text=HOSTILE)
    note_id = db.session.query(Note.id).scalar()

    for path in (base, f"{base}/notes/{note_id}"):
        page = alice.get(path).text
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page


def test_a_preview_beside_a_colleagues_text_keeps_it_and_the_choice(alice, cast, base, note):
    path = f"{base}/notes/{note}"
    send(alice, cast, path, text="Theirs", version=1)
    conflict = send(alice, cast, path, text="Mine", version=1)
    assert conflict.status_code == 409
    version = re.search(r'name="version" value="(\d+)"', conflict.text).group(1)

    shown = send(alice, cast, path, text="Mine", version=version, beside="1", preview="1").text

    assert "Theirs" in shown
    assert all(word in shown for word in ("Keep both", "Save mine instead", 'name="beside"'))
    send(alice, cast, path, text="Mine", version=version, beside="1", both="1")
    assert "Theirs" in texts(cast)[0]
    assert "Mine" in texts(cast)[0]


def test_a_preview_beside_a_note_that_was_deleted_makes_a_new_one_of_it(alice, cast, base, note):
    path = f"{base}/notes/{note}"
    send(alice, cast, f"{path}/delete", version=1)

    shown = send(alice, cast, path, text="Mine", version=2, beside="1", preview="1").text

    assert "Save as a new note" in shown


def test_what_is_kept_while_one_types_is_kept_for_this_member_and_user_alone(alice, cast):
    """A browser keeps it by this name: another member of the same user, or a colleague who logs in
    after a login ran out, must not find it."""
    whose = f"{cast.users['alice']} {cast.alpha.id} {cast.mall.id}"

    drawer = alice.get(f"/peering/potential/{cast.mall.id}").text
    form = alice.get(f"/peering/potential/{cast.mall.id}/notes/new").text

    assert f'data-keep="move {whose}"' in drawer
    assert f'data-keep="note {whose} new"' in form
