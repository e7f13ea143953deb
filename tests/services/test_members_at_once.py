"""Two operators who make or change members at once: one does it, the other is told."""

from concurrent.futures import ThreadPoolExecutor

from app.domain.errors import AppError
from app.extensions import db
from app.models import Member
from app.services import member_edit
from tests.factories import NOON


def test_one_as_number_is_given_to_one_member(app):
    def create(n):
        given = {
            "asn": "65550",
            "name": f"N{n}",
            "type": "peering",
            "never_via_route_servers": False,
        }
        with app.app_context():
            try:
                return member_edit.create(None, given, now=NOON)
            except AppError as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(create, range(6)))

    refused = [one for one in done if isinstance(one, AppError)]
    assert {type(one) for one in refused} == {member_edit.SameAsn}
    assert len(refused) == 5
    assert db.session.query(Member).filter_by(asn=65550).count() == 1
