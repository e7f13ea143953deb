"""Notes: stored, changed and brought back; private; never lost between two people."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.domain.actor import Acting, Actor, Role
from app.domain.classify import Mark
from app.domain.errors import Forbidden, Invalid, NotFound
from app.extensions import db
from app.models import AuditEntry, User
from app.services import marks, noted, notes
from tests.conftest import NOON

LATER = NOON + timedelta(minutes=5)


def actor_of(cast, name, member, role=Role.ADMIN, viewing=False):
    own = Acting(member.id, member.name, member.asn, role)
    return Actor(
        cast.users[name], name, name.title(), is_superuser=False, member=own, viewing=viewing
    )


@pytest.fixture
def alice(cast):
    return actor_of(cast, "alice", cast.alpha)


@pytest.fixture
def note(alice, cast):
    return notes.add(alice, cast.mall.id, "Spoke to Ana", now=NOON)


def entry(alice, cast):
    return notes.list_entries(alice, cast.mall.id)[0]


def test_a_note_has_author_and_time_and_the_newest_comes_first(alice, cast, note):
    notes.add(alice, cast.mall.id, "And to Bo", now=LATER)

    found = notes.list_entries(alice, cast.mall.id)

    assert [(one.text, one.author, one.at) for one in found] == [
        ("And to Bo", "Alice", LATER),
        ("Spoke to Ana", "Alice", NOON),
    ]
    assert noted.count_entries(cast.alpha.id) == {cast.mall.id: noted.Counts(2, 0)}


def test_a_changed_note_says_by_whom(alice, cast, note):
    rita = actor_of(cast, "rita", cast.alpha)

    notes.edit(rita, note, "Spoke to Ana and Bo", version=1, now=LATER)

    found = entry(alice, cast)
    assert (found.text, found.author, found.edited_by, found.edited_at, found.version) == (
        "Spoke to Ana and Bo",
        "Alice",
        "Rita",
        LATER,
        2,
    )


def test_whoever_saves_second_is_told_and_nothing_is_lost(alice, cast, note):
    notes.edit(alice, note, "Mine", version=1, now=NOON)

    with pytest.raises(notes.Changed) as caught:
        notes.edit(alice, note, "Theirs", version=1, now=LATER)

    assert caught.value.entry.text == "Mine"
    assert entry(alice, cast).text == "Mine"


def test_saving_what_stands_already_changes_nothing_and_says_so(alice, cast, note):
    """Who undoes that would take back a step of somebody else."""
    assert notes.edit(alice, note, "Better", version=1, now=NOON) == 2

    assert notes.edit(alice, note, "Better ", version=2, now=LATER) is None
    assert notes.edit(alice, note, "Better", version=2, now=LATER, keep_both=True) is None

    assert (entry(alice, cast).version, entry(alice, cast).edited_at) == (2, NOON)


def test_who_has_no_name_is_called_by_the_username(alice, cast, note):
    db.session.execute(update(User).values(name=""))
    db.session.commit()
    notes.edit(alice, note, "Better", version=1, now=NOON)

    found = entry(alice, cast)

    assert (found.author, found.edited_by) == ("alice", "alice")


def test_both_texts_can_be_kept(alice, cast, note):
    notes.edit(alice, note, "Mine", version=1, now=NOON)

    notes.edit(alice, note, "Theirs", version=2, now=LATER, keep_both=True)

    assert entry(alice, cast).text == "Mine\n\nTheirs"


def test_a_note_deleted_meanwhile_is_not_brought_back_by_saving(alice, cast, note):
    notes.delete(alice, note, version=1, now=NOON)

    with pytest.raises(notes.Changed) as caught:
        notes.edit(alice, note, "Mine", version=1, now=LATER)

    assert caught.value.entry is None
    assert notes.list_entries(alice, cast.mall.id) == []


def test_a_change_and_a_deletion_can_be_undone(alice, cast, note):
    notes.edit(alice, note, "Better", version=1, now=NOON)
    notes.undo(alice, note, version=2, now=NOON)
    assert entry(alice, cast).text == "Spoke to Ana"

    notes.delete(alice, note, version=3, now=NOON)
    notes.undo(alice, note, version=4, now=NOON)
    assert entry(alice, cast).text == "Spoke to Ana"


def test_undo_does_not_take_back_what_a_colleague_did_since(alice, cast, note):
    notes.edit(alice, note, "Better", version=1, now=NOON)
    notes.edit(alice, note, "Best", version=2, now=LATER)

    with pytest.raises(notes.Changed):
        notes.undo(alice, note, version=2, now=LATER)

    assert entry(alice, cast).text == "Best"


@pytest.mark.parametrize("text", ["", "x" * 5001, "\x00"])
def test_what_makes_no_sense_changes_nothing(alice, cast, note, text):
    with pytest.raises(Invalid):
        notes.add(alice, cast.mall.id, text, now=NOON)
    with pytest.raises(Invalid):
        notes.edit(alice, note, text, version=1, now=NOON)

    assert [one.text for one in notes.list_entries(alice, cast.mall.id)] == ["Spoke to Ana"]


def test_only_who_is_on_a_tab_can_be_written_about(alice, cast):
    for peer_id in (cast.alpha.id, 4711, 10**30):
        with pytest.raises(NotFound):
            notes.add(alice, peer_id, "Hello", now=NOON)


@pytest.mark.parametrize("who", ["bob", "mallory"])
def test_another_member_neither_reads_nor_touches_them(cast, note, who):
    member = cast.beta if who == "bob" else cast.mall
    stranger = actor_of(cast, who, member)

    assert notes.list_entries(stranger, cast.mall.id) == []
    assert noted.list_texts(member.id) == {}
    for step in (notes.delete, notes.undo):
        with pytest.raises(NotFound):
            step(stranger, note, version=1, now=NOON)
    with pytest.raises(NotFound):
        notes.edit(stranger, note, "Mine", version=1, now=NOON)
    with pytest.raises(NotFound):
        notes.get_entry(stranger, cast.mall.id, note)


def test_a_superuser_who_looks_as_the_member_sees_that_they_exist_not_what_they_say(cast, note):
    carol = actor_of(cast, "carol", cast.alpha, viewing=True)

    assert [one.text for one in notes.list_entries(carol, cast.mall.id)] == [None]
    with pytest.raises(Forbidden):
        notes.get_entry(carol, cast.mall.id, note)
    with pytest.raises(Forbidden):
        notes.add(carol, cast.mall.id, "Hello", now=NOON)


def test_a_mark_is_logged_and_nobody_edits_the_log(alice, cast):
    marks.set_mark(alice, cast.mall.id, Mark.REJECTED, now=NOON, reason="new router")
    marks.set_mark(alice, cast.mall.id, None, now=LATER)

    found = notes.list_entries(alice, cast.mall.id)

    assert [(one.is_log, one.text) for one in found] == [
        (True, "put back to what is observed"),
        (True, "moved to Rejected / Ignored: “new router”"),
    ]
    with pytest.raises(NotFound):
        notes.edit(alice, found[0].id, "Mine", version=1, now=LATER)
    assert noted.count_entries(cast.alpha.id) == {cast.mall.id: noted.Counts(0, 2)}


def test_the_audit_log_never_holds_a_text(alice, cast, note):
    notes.edit(alice, note, "Secret plans", version=1, now=NOON)
    notes.delete(alice, note, version=2, now=NOON)

    found = db.session.scalars(select(AuditEntry)).all()

    assert [one.action for one in found] == ["note written", "note edited", "note deleted"]
    assert all(one.changes == [] and "Secret" not in one.subject for one in found)
    assert all(one.member_id == cast.alpha.id for one in found)
