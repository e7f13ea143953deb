"""“This is wrong”: reported by a member, answered by the exchange, seen by nobody else."""

from datetime import UTC, datetime

import pytest

from app.extensions import db, transaction
from app.models import AuditEntry, ObservedSession, WrongReport
from tests.cast import make_session
from tests.factories import NOON


@pytest.fixture
def send(cast, alice):
    def send(peer=cast.mall, **fields):
        good = {
            "member": cast.alpha.id,
            "pair": f"{cast.alpha_ends.v4}-{cast.mall_ends.v4}",
            "claim": "session",
            "text": "Up since Monday.",
        }
        return alice.post(f"/peering/potential/{peer.id}/wrong", data=good | fields)

    return send


def test_a_report_reaches_the_exchange_with_the_evidence(cast, send, client):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)

    assert send(claim="none", text="Down since Monday.").status_code == 303

    page = cast.log_in(client, "carol").get("/detection/").text
    assert "<b>Alpha</b> (AS64496), just now: there is no session" in page
    assert "Evidence: confirmed; 2 clean samples" in page
    assert "“Down since Monday.”" in page
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.member_id) == ("session reported as wrong", cast.alpha.id)


def test_the_start_page_of_the_exchange_counts_the_reports_that_wait(app, cast, send):
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    with transaction():
        db.session.query(ObservedSession).update({"last_sample_at": datetime.now(UTC)})
    told = '<a href="/detection/#reports">1 report waits for an answer</a>'
    carol = cast.log_in(app.test_client(), "carol")
    before = carol.get("/attention/").text
    send()
    todo, fine = carol.get("/attention/").text.split("Needs nothing</h2>")

    assert told not in before
    assert "no report waits for an answer" in before
    assert told in todo
    assert "the newest sample is" not in fine


def test_the_answer_is_read_by_the_member_alone(cast, send, client):
    send()
    report_id = db.session.query(WrongReport.id).scalar()
    carol = cast.log_in(client, "carol")
    answered = carol.post(
        f"/detection/reports/{report_id}/close", data={"answer": "A loose fibre."}
    )

    assert answered.status_code == 303
    assert "Nobody waits for an answer." in carol.get("/detection/").text
    assert carol.post(
        f"/detection/reports/{report_id}/close", data={"answer": "Again."}
    ).status_code == 409  # fmt: skip
    alice = cast.log_in(client, "alice").get(f"/peering/potential/{cast.mall.id}").text
    assert "The exchange answered: “A loose fibre.”" in alice
    mallory = cast.log_in(client, "mallory").get(f"/peering/potential/{cast.alpha.id}").text
    assert "A loose fibre." not in mallory
    assert "Reported as wrong" not in mallory


def test_what_the_portal_shows_already_is_no_report(cast, send):
    refused = send(claim="none")

    assert refused.status_code == 422
    assert "That is what the portal shows already." in refused.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pair": ""}, "Choose the pair of addresses"),
        ({"pair": "1-99999"}, "Choose the pair of addresses"),
        ({"claim": "perhaps"}, "Say what is true"),
        ({"text": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_nonsense_is_refused_and_what_was_typed_stays(send, fields, words):
    answer = send(**fields)

    assert answer.status_code == 422
    assert words in answer.text
    assert fields.get("text", "Up since Monday.") in answer.text
    assert db.session.query(WrongReport).count() == 0


def test_addresses_of_others_cannot_be_reported(cast, send):
    assert send(pair=f"{cast.beta_ends.v4}-{cast.mall_ends.v4}").status_code == 422


def test_one_pair_waits_once(send):
    send()

    assert send().status_code == 409
    assert db.session.query(WrongReport).count() == 1


def test_who_only_reads_may_not_report(cast, client):
    rita = cast.log_in(client, "rita")

    assert "This is wrong" not in rita.get(f"/peering/potential/{cast.mall.id}").text
    assert rita.get(f"/peering/potential/{cast.mall.id}/wrong").status_code == 403


def test_an_empty_answer_closes_nothing(cast, send, client):
    send()
    report_id = db.session.query(WrongReport.id).scalar()

    carol = cast.log_in(client, "carol")

    assert carol.post(f"/detection/reports/{report_id}/close", data={}).status_code == 422
    assert db.session.query(WrongReport.closed_at).scalar() is None
