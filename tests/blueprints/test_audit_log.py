"""The log: everything for the exchange, its own part for a member, nothing for strangers."""

import csv
import io

import pytest

from app.domain.change import Change
from app.domain.csv_cells import FORMULA
from app.extensions import transaction
from app.models import User
from app.services import audit
from tests.factories import NOON


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


def test_it_says_old_and_new_and_finds_words(app, cast, entries):
    page = log(app, cast, "carol", "?q=policy").text

    assert "Open" in page
    assert "AS64497 Beta" in page
    assert "AS64498 Mall" not in page


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
