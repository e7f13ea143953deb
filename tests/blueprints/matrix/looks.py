"""What the tests of the matrix ask for, and how they change it."""

from sqlalchemy import update

from app.extensions import transaction
from app.models import Member

FORMS = ("csv", "json", "graphml", "png")
PATHS = ["/matrix/", "/matrix/data", *(f"/matrix/export.{form}" for form in FORMS)]


def set_rows(model, **values):
    with transaction() as session:
        session.execute(update(model).values(**values))


def leave(member):
    with transaction() as session:
        session.execute(update(Member).where(Member.id == member.id).values(matrix_opt_out=True))


def pair(one, other):
    return f"/matrix/pair/{one.id}/{other.id}"
