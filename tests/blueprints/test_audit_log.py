"""The log: everything for the exchange, its own part for a member, nothing for strangers."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.domain.change import Change
from app.domain.csv_cells import FORMULA
from app.extensions import db, transaction
from app.models import PeeringRequest, User, WrongReport
from app.services import audit, peering_requests, peers, wrong
from tests.factories import NOON
from tests.letters import MAIL, RULES, order, window


@pytest.fixture
def entries(cast):
    alice, bob = cast.actor("alice", cast.alpha), cast.actor("bob", cast.beta)
    audit.record(alice, "mark changed", "AS64498 Mall", now=NOON, member_id=cast.alpha.id,
                 changes=[Change("mark", None, "rejected")])  # fmt: skip
    audit.record(bob, "details changed", "AS64497 Beta", now=NOON, member_id=cast.beta.id,
                 changes=[Change("policy", "Open", "=cmd|calc")])  # fmt: skip
    audit.record(None, "VLAN changed", "VLAN Main / LAN 1", now=NOON)


def log(app, cast, who, query=""):
    return cast.log_in(app.test_client(), who).get(f"/log/{query}")


@pytest.mark.parametrize(
    ("who", "seen", "hidden"),
    [
        ("carol", ("AS64498 Mall", "AS64497 Beta", "LAN 1"), ()),
        ("alice", ("AS64498 Mall",), ("AS64497 Beta", "Main / LAN 1")),
        ("rita", ("AS64498 Mall",), ("AS64497 Beta", "Main / LAN 1")),
        ("mallory", (), ("AS64498 Mall", "AS64497 Beta", "Main / LAN 1")),
    ],
)
def test_everybody_sees_their_own_part(app, cast, entries, who, seen, hidden):
    page = log(app, cast, who).text

    assert all(word in page for word in seen)
    assert not any(word in page for word in hidden)


def test_a_move_is_called_as_its_button_and_found_by_that(app, cast, entries):
    for query in ("?kind=marks", "?q=moved"):
        page = log(app, cast, "carol", query).text

        assert "Moved" in page
        assert "AS64498 Mall" in page
        assert "AS64497 Beta" not in page
    assert ">Moves</option>" in page
    assert "Mark changed" not in page


def test_it_says_old_and_new_and_finds_words(app, cast, entries):
    page = log(app, cast, "carol", "?q=policy").text

    assert "Open" in page
    assert "AS64497 Beta" in page
    assert "AS64498 Mall" not in page


def test_fields_and_values_are_called_as_in_the_forms_and_found_by_that(app, cast, entries):
    page = log(app, cast, "alice").text

    assert '<span class="sub">Tab:</span>' in page
    assert "Rejected / Ignored" in page
    assert "AS64498 Mall" in log(app, cast, "carol", "?q=ignored").text
    assert "Tab: what is observed -> Rejected / Ignored" in log(app, cast, "carol", "log.csv").text


@pytest.fixture
def asked(cast):
    return peering_requests.send(
        cast.actor("alice", cast.alpha), cast.mall.id, order(cast), MAIL, rules=RULES,
        window=window(),
    ).request_id  # fmt: skip


def test_an_entry_leads_the_member_to_its_request_and_the_exchange_to_the_mail(app, cast, asked):
    mail_id = db.session.scalar(select(PeeringRequest.outbox_id))

    assert f'<a href="/requests/{asked}">Look at the request</a>' in log(app, cast, "alice").text
    page = log(app, cast, "carol").text
    assert f'<a href="/outbox/{mail_id}">Look at its mail</a>' in page
    assert f"/requests/{asked}" not in page


def test_an_entry_about_a_request_that_is_gone_leads_nowhere(app, cast, asked):
    with transaction() as session:
        session.execute(delete(PeeringRequest))

    page = log(app, cast, "alice").text
    assert "Request sent" in page
    assert "Look at" not in page


def test_an_entry_leads_to_where_a_session_report_is_answered_and_read(app, cast):
    alice = cast.actor("alice", cast.alpha)
    details = peers.get_peer(cast.alpha.id, cast.mall.id, now=NOON, lookback=timedelta(days=28))
    wrong.report(
        alice, details, own_id=cast.alpha_ends.v4, peer_address_id=cast.mall_ends.v4,
        claim="session", text="", now=NOON,
    )  # fmt: skip
    drawer = f'<a href="/peering/potential/{cast.mall.id}">Look at both sides</a>'

    assert drawer in log(app, cast, "alice").text
    assert '<a href="/detection/#reports">Answer it</a>' in log(app, cast, "carol").text

    report_id = db.session.scalar(select(WrongReport.id))
    wrong.close(cast.actor("carol", cast.alpha), report_id, "A loose fibre.", now=NOON)
    assert log(app, cast, "alice").text.count(drawer) == 2
    assert log(app, cast, "alice").text.count("192.0.2.1 and 192.0.2.3 of Mall") == 2
    assert "Answer it" not in log(app, cast, "carol").text


def test_the_file_holds_the_same_and_no_formula(app, cast, entries):
    carol = cast.log_in(app.test_client(), "carol")

    rows = list(csv.DictReader(io.StringIO(carol.get("/log/log.csv").text)))

    assert {row["Subject"] for row in rows} == {"AS64498 Mall", "AS64497 Beta", "VLAN Main / LAN 1"}
    assert not any(cell.startswith(FORMULA) for row in rows for cell in row.values())
    assert {row["Subject"] for row in audit_rows(app, cast, "=1+1")} >= {"'=1+1"}
    assert {row["Who"] for row in audit_rows(app, cast, "x")} >= {"'@Mallory"}


def audit_rows(app, cast, subject):
    """The file after an entry about `subject` by somebody whose name looks like a formula."""
    with transaction() as session:
        session.get(User, cast.users["mallory"]).name = "@Mallory"
    audit.record(cast.actor("mallory", cast.mall), "mark changed", subject, now=NOON)
    carol = cast.log_in(app.test_client(), "carol")
    return list(csv.DictReader(io.StringIO(carol.get("/log/log.csv").text)))


def test_days_that_make_no_sense_are_said(app, cast, entries):
    response = log(app, cast, "carol", "?from=yesterday")

    assert response.status_code == 422
