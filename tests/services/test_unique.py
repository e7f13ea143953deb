"""Two who write the same at once: the second is refused in words, and can go on."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict
from app.extensions import db, transaction
from app.models import Infrastructure, Membership, User, Vlan
from app.services.unique import conflict_on_unique
from tests.factories import LONG_AGO, make_infrastructure, make_member, make_vlan

TAKEN = "The address is taken."


def person(name, email):
    return User(username=name, email=email, name=name, created_at=LONG_AGO)


def test_the_column_that_is_taken_says_which_sentence(cast):
    refusals = {"email": Conflict(TAKEN, "email"), "username": Conflict("The name is taken.")}

    with pytest.raises(Conflict, match=TAKEN), conflict_on_unique(**refusals):
        db.session.add(person("nobody", "bob@example.net"))
    with pytest.raises(Conflict, match="name is taken"), conflict_on_unique(**refusals):
        db.session.add(person("bob", "nobody@example.net"))


def test_a_constraint_of_several_columns_goes_by_any_of_them_or_by_the_one_refusal(app):
    lan = make_vlan("LAN 1", tag=10)

    with pytest.raises(Conflict, match="tag"), conflict_on_unique(tag=Conflict("The tag.")):
        db.session.add(Vlan(infrastructure_id=lan.infrastructure_id, name="LAN 2", tag=10))
    with pytest.raises(Conflict, match="Taken"), conflict_on_unique(Conflict("Taken.")):
        db.session.add(Vlan(infrastructure_id=lan.infrastructure_id, name="LAN 1", tag=11))


def test_the_transaction_goes_on_after_a_refusal(app):
    make_infrastructure("Main")

    with transaction() as session:
        session.add(Infrastructure(name="Before"))
        with pytest.raises(Conflict), conflict_on_unique(name=Conflict(TAKEN)):
            session.add(Infrastructure(name="Main"))
        session.add(Infrastructure(name="After"))

    db.session.rollback()
    assert {one.name for one in db.session.query(Infrastructure)} == {"Main", "Before", "After"}


@pytest.mark.parametrize("refusals", [{}, {"email": Conflict(TAKEN)}])
def test_another_error_is_not_called_taken(cast, refusals):
    with pytest.raises(IntegrityError), conflict_on_unique(**refusals):
        db.session.add(Membership(user_id=cast.users["bob"], member_id=4711, role=None))
    with pytest.raises(IntegrityError), conflict_on_unique(other=Conflict(TAKEN)):
        db.session.add(person("bob", "new@example.net"))


def test_of_two_at_the_same_moment_one_is_refused_in_words(app):
    make_member(64496)
    together = Barrier(2)

    def go(_):
        with app.app_context():
            together.wait()
            try:
                with transaction() as session, conflict_on_unique(name=Conflict(TAKEN)):
                    session.add(Infrastructure(name="Same"))
            except Conflict as refusal:
                return str(refusal)
            return "written"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, range(2))) == [TAKEN, "written"]
