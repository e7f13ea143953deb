"""Our details: read, saved in place and without JavaScript, refused, and never lost."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.details import SECTIONS, checked
from app.domain.errors import Invalid
from app.extensions import db, transaction
from app.models import AuditEntry, FieldOrigin, Member
from app.services import details, ixf
from tests.conftest import HTMX
from tests.exports import crowd, export, network, octets
from tests.factories import NOON


def version_of(client, section):
    page = client.get("/details/").text
    form = page[page.index(f'id="form-{section}"') :]
    return re.search(r'name="version" value="(\w+)"', form)[1]


@pytest.fixture
def save(alice, cast):
    def save(section="policy", version=None, headers=None, **fields):
        version = version or version_of(alice, section)
        data = {"member": cast.alpha.id, "version": version} | fields
        return alice.post(f"/details/{section}", data=data, headers=headers)

    return save


def alpha(cast):
    db.session.expire_all()
    return db.session.get(Member, cast.alpha.id)


def test_without_javascript_saving_leads_back_to_the_page(save, cast):
    response = save(policy="Open", website="https://alpha.example/")

    assert (response.status_code, response.location) == (303, "/details/#details-policy")
    assert alpha(cast).policy == "Open"


def test_a_swap_answers_with_the_section_and_what_is_still_missing(save):
    response = save("routing", headers=HTMX, as_set_4="as1:as-x", max_prefix_4="250")

    assert "<!doctype" not in response.text
    assert 'value="AS1:AS-X"' in response.text
    assert 'id="details-gaps" hx-swap-oob="true"' in response.text
    assert "No AS-SET" not in response.text


def test_a_change_is_recorded_with_old_and_new(save, cast):
    save(policy="Open")
    entry = db.session.query(AuditEntry).one()

    assert (entry.member_id, entry.changes) == (cast.alpha.id, [["policy", "", "Open"]])


def test_a_stale_form_gets_both_values_and_stores_nothing(save, alice, cast):
    stale = version_of(alice, "policy")
    save(policy="Closed")
    response = save(version=stale, policy="Open")

    assert response.status_code == 409
    assert "Now saved: Closed" in response.text
    assert 'value="Open"' in response.text
    assert alpha(cast).policy == "Closed"


def test_a_stale_form_takes_back_nothing_that_it_did_not_touch(save, alice, cast):
    stale = version_of(alice, "policy")
    save(policy="Closed", website="https://alpha.example/")
    told = save(version=stale, policy="Open")
    assert told.status_code == 409
    assert 'value="https://alpha.example/"' in told.text

    assert save(version=stale, policy_url="https://alpha.example/peering").status_code == 303
    row = alpha(cast)
    assert (row.policy, row.website) == ("Closed", "https://alpha.example/")
    assert row.policy_url == "https://alpha.example/peering"


def test_another_section_makes_no_form_stale(save, alice):
    before = version_of(alice, "noc")
    save(policy="Open")

    assert save("noc", version=before, noc_hours="24x7").status_code == 303


@pytest.mark.parametrize(
    ("section", "field", "text"),
    [
        ("policy", "website", "javascript:alert(1)"),
        ("policy", "policy_url", "ftp://alpha.example/"),
        ("policy", "policy", "Open\r\nBcc: all"),
        ("policy", "policy", "x" * 65),
        ("routing", "max_prefix_4", "0"),
        ("routing", "max_prefix_6", "many"),
        ("routing", "as_set_4", "<b>"),
        ("noc", "noc_phone", "1\x00"),
    ],
)
def test_nonsense_is_refused_at_its_field_and_stays_in_the_form(save, cast, section, field, text):
    response = save(section, **{field: text})

    assert response.status_code == 422
    assert f'id="details-{field}-error"' in response.text
    assert "<b>" not in response.text.partition('name="as_set_4"')[2].partition(">")[0]
    assert getattr(alpha(cast), field) is None


def test_hostile_text_is_shown_as_text(save, alice):
    save(policy="<script>\u202e😀</script>")

    assert "&lt;script&gt;\u202e😀" in alice.get("/details/").text


def test_a_megabyte_is_refused():
    with pytest.raises(Invalid, match="At most 64"):
        checked("noc_hours", "x" * 1_000_000)


def test_readers_see_the_values_and_no_button(cast, client):
    page = cast.log_in(client, "rita").get("/details/").text

    assert "a member administrator of yours can" in page
    assert 'name="policy" value="" ' in page
    assert '<button class="b">Save' not in page


@pytest.fixture
def imported(alice, cast, save):
    with transaction() as session:
        session.add(FieldOrigin(member_id=cast.alpha.id, field="policy", source="ixf", at=NOON))
    said = network(64496, "192.0.2.1", peering_policy="Selective")

    def run():
        db.session.expire_all()  # the import comes from another process
        ixf.import_export(octets(export(said, *crowd(1, 9))), name="x", now=NOON)

    return run


def test_an_import_leaves_what_the_member_said(imported, save, cast):
    save(policy="Closed")
    imported()

    assert alpha(cast).policy == "Closed"


def test_a_field_that_follows_the_import_again_is_overwritten(imported, save, alice, cast):
    save(policy="Closed")
    alice.post("/details/follow", data={"member": cast.alpha.id, "field": "policy"})
    imported()

    assert alpha(cast).policy == "Selective"
    assert (
        "From the import of 2026-01-15. An import may overwrite this."
        in alice.get("/details/").text
    )


@pytest.mark.both_databases
def test_fifty_people_at_once_lose_nothing_and_are_told_when_somebody_was_faster(app, cast):
    """Each raises the limit by one, from what stands; whoever is slower looks again."""
    actor = cast.actor("alice", cast.alpha)
    told = []

    def raise_limit(_):
        with app.app_context():
            while True:
                found = details.get_details(actor)
                version, stands = found.versions["routing"], found.values["max_prefix_4"]
                wanted = {"as_set_4": "AS-ALPHA", "max_prefix_4": str((stands or 0) + 1)}
                db.session.rollback()
                try:
                    details.save(actor, "routing", wanted, version=version, now=NOON)
                    return db.session.remove()
                except details.Changed as error:
                    told.append(error.standing["max_prefix_4"])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(raise_limit, range(50)))

    assert alpha(cast).max_prefix_4 == 50
    assert told
    limits = [
        (old, new)
        for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)
        for field, old, new in entry.changes
        if field == "max_prefix_4"
    ]
    assert limits == [(str(n) if n else "", str(n + 1)) for n in range(50)]


@pytest.mark.both_databases
def test_fifty_people_in_four_sections_never_disturb_each_other(app, cast):
    actor = cast.actor("alice", cast.alpha)
    fields = {"policy": "policy", "noc": "noc_phone", "routing": "as_set_4"}
    told = []

    def write(number):
        section, field = list(fields.items())[number % 3]
        with app.app_context():
            while True:
                version = details.get_details(actor).versions[section]
                db.session.rollback()
                try:
                    text = f"AS-{number}"
                    details.save(actor, section, {field: text}, version=version, now=NOON)
                    return db.session.remove()
                except details.Changed as error:
                    told.append(set(error.standing) <= set(SECTIONS[section]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(50)))

    row = alpha(cast)
    assert all(told)
    assert all(getattr(row, field).startswith("AS-") for field in fields.values())
    assert row.version == 1 + db.session.query(AuditEntry).count() == 51
