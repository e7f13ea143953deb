"""Two operators at the same thing at once, on both databases: a sentence, never an error."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.contact import Wanted
from app.domain.errors import AppError, Conflict, Invalid, NotFound
from app.extensions import db, transaction
from app.models import Infrastructure, InterfaceAddress, Vlan, VlanInterface
from app.services import (
    contacts,
    infrastructures,
    interfaces,
    peering_requests,
    vlan_edit,
    vlan_flags,
    vlan_removal,
)
from app.services.interface_lines import AddressForm
from app.services.vlan_edit import VlanForm
from tests.factories import NOON, make_infrastructure, make_member, make_vlan
from tests.letters import MAIL, RULES, order, window

THREADS = 8


def form(name="LAN 2", home="New", tag=None, prefixes=()):
    return VlanForm(home, name, tag, None, False, tuple(prefixes))


def refusal_of(app, command):
    """What a command returned in a thread of its own, or the refusal it met."""
    with app.app_context():
        try:
            return command()
        except AppError as refusal:
            return refusal
        finally:
            db.session.remove()


def at_once(app, *commands):
    """Run them together; by command what it returned, or the refusal it met."""
    with ThreadPoolExecutor(len(commands)) as pool:
        done = list(pool.map(lambda command: refusal_of(app, command), commands))
    db.session.rollback()
    return done


def refused(done):
    return [one for one in done if isinstance(one, AppError)]


def test_two_new_vlans_in_one_new_infrastructure_share_it(app):
    done = at_once(
        app,
        *(
            lambda n=n: vlan_edit.create(None, form(f"LAN {n}"), now=NOON)
            for n in range(THREADS)
        ),
    )  # fmt: skip

    assert refused(done) == []
    assert db.session.query(Infrastructure).count() == 1
    assert db.session.query(Vlan).count() == THREADS


@pytest.mark.parametrize("field", ["name", "tag", "prefixes"])
def test_one_gets_what_only_one_vlan_may_have_and_the_others_are_told_at_the_field(app, field):
    def make(n):
        names = {"name": "LAN"} if field == "name" else {"name": f"LAN {n}"}
        more = {"tag": {"tag": 10}, "prefixes": {"prefixes": ["192.0.2.0/24"]}}.get(field, {})
        return vlan_edit.create(None, form(**names, **more), now=NOON)

    make_infrastructure("New")  # one that is being made would make them wait by itself
    done = at_once(app, *(lambda n=n: make(n) for n in range(THREADS)))

    assert [(type(one), one.field) for one in refused(done)] == [(Conflict, field)] * (THREADS - 1)
    assert db.session.query(Vlan).count() == 1


def test_a_tag_given_to_two_vlans_at_once_stays_with_one(app):
    lans = [make_vlan(f"LAN {n}").id for n in range(THREADS)]

    done = at_once(app, *(lambda n=n: vlan_flags.set_flags(n, tag=10, now=NOON) for n in lans))

    assert len(refused(done)) == THREADS - 1
    assert db.session.query(Vlan).filter_by(tag=10).count() == 1


def test_two_infrastructures_never_get_one_name(app):
    homes = [(make_infrastructure(f"Home {n}").id, f"Home {n}") for n in range(THREADS)]

    done = at_once(
        app,
        *(
            lambda one=one: infrastructures.rename(None, one[0], "One", before=one[1], now=NOON)
            for one in homes
        ),
    )

    assert {str(one) for one in refused(done)} == {
        "There is an infrastructure One already. Choose another name."
    }
    assert db.session.query(Infrastructure).filter_by(name="One").count() == 1


def test_one_address_is_given_to_one_member(app):
    lan = make_vlan().id
    members = [make_member(64500 + n).id for n in range(THREADS)]

    done = at_once(
        app,
        *(
            lambda m=m: interfaces.create(None, lan, m, {4: AddressForm("192.0.2.1")}, now=NOON)
            for m in members
        ),
    )

    assert {one.field for one in refused(done)} == {"address_4"}
    assert len(refused(done)) == THREADS - 1
    assert db.session.query(VlanInterface).count() == 1


def test_an_interface_waits_for_the_prefixes_that_are_being_saved(app):
    """Neither sees the other's half: the address lies inside, or one of the two is refused."""
    wide, narrow = "192.0.2.0/24", "192.0.2.0/28"
    lan = vlan_edit.create(None, form(prefixes=[wide]), now=NOON)
    _, began = vlan_edit.get_form(lan)
    members = [make_member(64500 + n).id for n in range(THREADS - 1)]

    done = at_once(
        app,
        lambda: vlan_edit.save(None, lan, form(prefixes=[narrow]), version=began, now=NOON),
        *(
            lambda n=n, m=m: interfaces.create(
                None, lan, m, {4: AddressForm(f"192.0.2.{100 + n}")}, now=NOON
            )
            for n, m in enumerate(members)
        ),
    )

    assert {type(one) for one in refused(done)} == {Invalid}
    made = db.session.query(InterfaceAddress).count()
    narrowed = not isinstance(done[0], Invalid)
    assert made == (0 if narrowed else len(members))


def test_an_interface_waits_for_a_vlan_that_is_being_deleted(app):
    lan = make_vlan().id
    members = [make_member(64500 + n).id for n in range(THREADS - 1)]

    done = at_once(
        app,
        lambda: vlan_removal.remove(None, lan, version=1, sure=True, now=NOON),
        *(
            lambda n=n, m=m: interfaces.create(
                None, lan, m, {4: AddressForm(f"192.0.2.{n + 1}")}, now=NOON
            )
            for n, m in enumerate(members)
        ),
    )

    assert {type(one) for one in refused(done)} <= {NotFound}
    assert db.session.query(Vlan).count() == 0
    assert db.session.query(InterfaceAddress).count() == 0


def test_the_lock_of_a_vlan_keeps_interfaces_out_until_it_is_saved(app):
    """Held open here, so that the order is known and not left to luck."""
    lan, member = make_vlan().id, make_member(64500).id

    def connect():
        return interfaces.create(None, lan, member, {4: AddressForm("192.0.2.1")}, now=NOON)

    with ThreadPoolExecutor(1) as pool:
        with transaction():
            vlan_removal.remove(None, lan, version=1, sure=True, now=NOON)
            waiting = pool.submit(refusal_of, app, connect)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        told = waiting.result(timeout=30)

    assert isinstance(told, NotFound)
    assert "a colleague may have deleted it" in str(told)


def test_a_vlan_made_while_the_last_one_goes_keeps_its_infrastructure(app):
    lan = make_vlan("LAN 1", infrastructure="New").id

    done = at_once(
        app,
        lambda: vlan_removal.remove(None, lan, version=1, sure=True, now=NOON),
        *(lambda n=n: vlan_edit.create(None, form(f"VLAN {n}"), now=NOON) for n in range(4)),
    )

    assert {type(one) for one in refused(done)} <= {Conflict}
    assert db.session.query(Infrastructure).filter_by(name="New").count() == 1


def _add_contact(actor, cast):
    wanted = Wanted("peering", "new@alpha.example", None, cast.lan.id)
    return lambda: contacts.add(actor, wanted, now=NOON)


def _ask(actor, cast):
    wanted, peer_id = order(cast), cast.mall.id
    return lambda: peering_requests.send(actor, peer_id, wanted, MAIL, rules=RULES, window=window())


@pytest.mark.parametrize("write", [_add_contact, _ask])
def test_what_points_at_a_vlan_waits_while_it_is_deleted_and_is_refused(app, cast, write):
    lan, job = cast.lan.id, write(cast.actor("alice", cast.alpha), cast)

    with ThreadPoolExecutor(1) as pool:
        with transaction():
            vlan_removal.remove(None, lan, version=1, sure=True, now=NOON)
            waiting = pool.submit(refusal_of, app, job)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        told = waiting.result(timeout=30)

    assert isinstance(told, (Invalid, NotFound))
    assert db.session.query(Vlan).count() == 0


def test_vlans_that_change_places_never_wait_for_ever(app):
    one, two = make_vlan("A", infrastructure="One").id, make_vlan("B", infrastructure="Two").id
    make_vlan("C", infrastructure="One")
    make_vlan("D", infrastructure="Two")

    def move(vlan_id):
        wanted, version = vlan_edit.get_form(vlan_id)
        home = "Two" if wanted.infrastructure == "One" else "One"
        wanted = wanted._replace(infrastructure=home)
        return lambda: vlan_edit.save(None, vlan_id, wanted, version=version, now=NOON)

    for _ in range(8):
        jobs = move(one), move(two)
        db.session.rollback()
        assert refused(at_once(app, *jobs)) == []
