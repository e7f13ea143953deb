"""The requests of a member: listed, found, opened, withdrawn, downloaded; and nobody else's."""

import csv
import io

import pytest

from app.extensions import db
from app.models import OutboxMessage, OutboxRecipient
from app.services import peering_requests
from tests.conftest import HTMX
from tests.factories import NOON
from tests.letters import MAIL, RULES, order, window


@pytest.fixture
def sent(cast):
    actor = cast.actor("alice", cast.alpha)
    return peering_requests.send(
        actor, cast.mall.id, order(cast), MAIL, rules=RULES, window=window()
    ).request_id


def left(state="sent"):
    db.session.query(OutboxMessage).update({"state": state, "finished_at": NOON})
    db.session.commit()


def test_the_list_says_whom_when_by_whom_and_what_became_of_it(alice, sent):
    page = alice.get("/requests/").text

    assert f'href="/requests/{sent}"' in page
    assert all(word in page for word in ("Mall", "Alice", "queued"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?q=mal", True),
        ("?q=AS64498", True),
        ("?q=alice", True),
        ("?q=beta", False),
        ("?q=peering@mall", True),
        ("?q=nobody@mall", False),
        ("?q=192.0.2.1", True),
        ("?q=192.0.2.3", True),
        ("?q=192.0.2.1/24", True),  # as it stands on a router
        ("?q=192.0.2.77", False),
        ("?direction=sent", True),
        ("?direction=received", False),
        ("?state=queued", True),
        ("?state=sent", False),
        ("?state=nonsense&direction=nowhere", True),
    ],
)
def test_it_finds_what_is_asked_for(alice, sent, query, found):
    assert (f"/requests/{sent}" in alice.get(f"/requests/{query}", headers=HTMX).text) is found


def test_a_request_shows_what_was_sent_to_whom(alice, sent):
    page = alice.get(f"/requests/{sent}").text

    for word in ("Shall we peer?", "peering@mall.example", "BCC", "192.0.2.3", "Withdraw it"):
        assert word in page


def test_a_queued_one_is_withdrawn_and_the_row_forgets_it(alice, cast, sent):
    response = alice.post(f"/requests/{sent}/withdraw", data={"member": cast.alpha.id})

    assert response.status_code == 303
    page = alice.get(f"/requests/{sent}").text
    assert "withdrawn" in page
    assert "Withdraw it" not in page
    assert "Ask again" not in alice.get("/peering/potential").text


def test_a_page_of_another_member_of_mine_withdraws_nothing(alice, cast, sent):
    data = {"member": cast.beta.id}

    assert alice.post(f"/requests/{sent}/withdraw", data=data).status_code == 409
    assert "Withdraw it" in alice.get(f"/requests/{sent}").text


def test_one_that_left_is_not_withdrawn(alice, cast, sent):
    left()

    alice.post(f"/requests/{sent}/withdraw", data={"member": cast.alpha.id})

    page = alice.get(f"/requests/{sent}").text
    assert "cannot be withdrawn" in page
    assert "Withdrawn before it left" not in page


def test_who_was_asked_reads_it_but_not_bcc(app, cast, sent):
    client = cast.log_in(app.test_client(), "mallory")
    assert client.get(f"/requests/{sent}").status_code == 404
    left()

    page = client.get(f"/requests/{sent}").text

    assert "Request from Alpha" in page
    assert "alice@example.net" not in page
    assert "asked you" in client.get("/requests/").text


def test_nobody_else_reads_it(app, cast, sent):
    left()
    client = cast.log_in(app.test_client(), "bob")

    assert client.get(f"/requests/{sent}").status_code == 404
    assert "Mall" not in client.get("/requests/").text
    assert "Mall" not in client.get("/requests/requests.csv").text


def test_a_reader_reads_and_withdraws_nothing(app, cast, sent):
    client = cast.log_in(app.test_client(), "rita")

    assert "Withdraw" not in client.get(f"/requests/{sent}").text
    data = {"member": cast.alpha.id}
    assert client.post(f"/requests/{sent}/withdraw", data=data).status_code == 403


def test_the_file_holds_the_same_and_no_formula(alice, cast, sent):
    cast.mall.name = "=HYPERLINK(1)"
    db.session.add(cast.mall)
    db.session.commit()

    rows = list(csv.DictReader(io.StringIO(alice.get("/requests/requests.csv").text)))

    assert [(row["member"], row["asn"], row["state"], row["by"]) for row in rows] == [
        ("'=HYPERLINK(1)", "64498", "queued", "Alice")
    ]


def rows_of(client):
    return list(csv.DictReader(io.StringIO(client.get("/requests/requests.csv").text)))


def test_the_file_says_which_sessions_to_whom_and_what_the_servers_said(alice, sent):
    db.session.query(OutboxRecipient).filter_by(kind="to").update(
        {"state": "refused", "answer": "550 5.1.1 No such user"}
    )
    left()

    (row,) = rows_of(alice)

    assert (row["vlans"], row["protocols"], row["state"]) == ("LAN 1", "IPv4", "refused")
    assert row["addresses"] == "192.0.2.1 to 192.0.2.3"
    assert row["answers"] == "peering@mall.example: 550 5.1.1 No such user"
    assert "alice@example.net" in row["recipients"]


def test_the_file_of_who_was_asked_names_no_recipients_and_its_own_address_first(app, cast, sent):
    left()
    client = cast.log_in(app.test_client(), "mallory")

    (row,) = rows_of(client)

    assert row["addresses"] == "192.0.2.3 to 192.0.2.1"
    assert (row["recipients"], row["answers"], row["by"]) == ("", "", "")
    assert f"/requests/{sent}" not in client.get("/requests/?q=alice@example.net").text


def test_who_was_asked_reads_where_to_answer_and_what_to_do_next(app, cast, sent):
    left()

    page = cast.log_in(app.test_client(), "mallory").get(f"/requests/{sent}").text

    assert 'href="mailto:peering@alpha.example"' in page
    assert f'href="/peering/potential/{cast.alpha.id}"' in page
    assert "your <code>192.0.2.3</code>, their <code>192.0.2.1</code>" in page
    assert "set up these sessions" in page


@pytest.fixture
def mallory(app, cast, sent):
    """Whom Alpha asked."""
    left()
    return cast.log_in(app.test_client(), "mallory")


@pytest.mark.parametrize(
    ("words", "found"), [("192.0.2.1", True), ("alpha", True), ("alice", False)]
)
def test_a_received_request_is_found_by_routers_and_not_by_who_wrote_it(
    mallory, sent, words, found
):
    page = mallory.get(f"/requests/?q={words}", headers=HTMX).text

    assert (f"/requests/{sent}" in page) is found


@pytest.mark.parametrize("tab", ["potential", "peers", "rejected"])
def test_a_received_request_leads_to_the_tab_of_who_asked(cast, mallory, sent, tab):
    mark = {"peers": "peered", "rejected": "rejected"}.get(tab)
    if mark:
        mallory.post(
            f"/peering/potential/{cast.alpha.id}/mark", data={"member": cast.mall.id, "mark": mark}
        )

    page = mallory.get(f"/requests/{sent}").text

    assert f'href="/peering/{tab}/{cast.alpha.id}"' in page


def test_who_asked_and_is_on_no_tab_any_more_has_no_link(cast, mallory, sent):
    cast.alpha.organisation = cast.mall.organisation = "One house"
    db.session.add_all((cast.alpha, cast.mall))
    db.session.commit()

    page = mallory.get(f"/requests/{sent}").text

    assert "in the peering manager" not in page
    assert "Shall we peer?" in page


def test_refused_requests_are_told_except_among_the_received(alice, sent):
    db.session.query(OutboxRecipient).update({"state": "refused"})
    left()

    assert 'id="requests-refused"' in alice.get("/requests/").text
    assert 'id="requests-refused"' not in alice.get("/requests/?direction=received").text


def test_who_may_only_look_is_told_who_can_do_more(app, cast, sent):
    db.session.query(OutboxRecipient).update({"state": "refused"})
    left()
    rita = cast.log_in(app.test_client(), "rita")

    page = rita.get("/requests/").text

    assert "whoever acts for Alpha can ask again" in page
    assert "Whoever acts for Alpha can." in page
    assert "then ask again" not in page
    assert "Whoever acts for Alpha can ask again" in rita.get(f"/requests/{sent}").text
