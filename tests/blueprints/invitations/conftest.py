"""A portal that can mail, and who is there."""

import pytest

from app.config import MailSettings
from app.services import users
from tests.conftest import NOON
from tests.mails import MAILING


@pytest.fixture
def portal(make_app, cast):
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


@pytest.fixture
def browser(portal, cast):
    return cast.log_in(portal.test_client(), "alice")


@pytest.fixture
def mallory(portal, cast):
    users.set_password("mallory", "a password of hers", now=NOON)
    return cast.log_in(portal.test_client(), "mallory")
