"""What tests of invitations do and look at."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from app.domain.errors import NotFound
from app.domain.mail import Mail, Recipient
from app.extensions import db
from app.models import Invitation, Membership
from tests.mails import queued

PASSWORD = "a brand new password"


def invite(browser, cast, **fields):
    wanted = {"name": "Nora New", "email": "nora@new.example", "role": "1"}
    return browser.post("/team/invite", data={"member": cast.alpha.id} | wanted | fields)


def link():
    return re.search(r"https://portal\.example(/\S+)", queued()[-1].text).group(1)


def waiting():
    db.session.rollback()
    return db.session.query(Invitation).order_by(Invitation.id).all()


def roles(cast, member):
    db.session.rollback()
    rows = db.session.query(Membership).filter_by(member_id=member.id)
    return {row.user_id: row.role for row in rows}


def without(text, *words):
    for word in words:
        text = text.replace(word, "…")
    return text


def at_once(app, *jobs):
    together = Barrier(len(jobs))

    def go(job):
        with app.app_context():
            together.wait()
            try:
                return job()
            except NotFound:
                return "gone"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(go, jobs))


def member_mail(to):
    return Mail("invitation", Recipient("p@ixp.example"), (Recipient(to),), "s", "t")
