"""Caught mail is shown to who sits at the machine of the portal."""

import pytest

from app.config import MailSettings


@pytest.mark.parametrize(
    ("host", "comes_from", "debug", "status"),
    [
        ("localhost", "127.0.0.1", False, 200),
        ("127.0.0.1:8000", "127.0.0.1", False, 200),
        ("[::1]:8000", "::1", False, 200),
        ("portal.example", "127.0.0.1", False, 404),  # through a proxy on the same machine
        ("localhost", "192.0.2.9", False, 404),
        ("localhost", "2001:db8::9", False, 404),
        ("portal.example", "192.0.2.9", True, 200),
    ],
)
def test_it_is_shown_on_this_machine_only_or_in_development(
    app, make_app, host, comes_from, debug, status
):
    client = make_app(mail=MailSettings(sink=True), debug=debug).test_client()

    for path in ("/caught-mail/", "/caught-mail/20260101T000000000000-00000000"):
        answer = client.get(
            path, headers={"Host": host}, environ_overrides={"REMOTE_ADDR": comes_from}
        )
        assert answer.status_code == (404 if path[-1] != "/" else status)
        assert ("machine of the portal only" in answer.text) == (status == 404)
