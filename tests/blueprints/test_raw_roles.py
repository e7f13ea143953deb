"""Nobody reads the names of constants in the portal."""

import re

import pytest

PATHS = {
    "alice": ("/peering/", "/team/", "/details/", "/log/", "/account/"),
    "rita": ("/peering/", "/team/", "/details/", "/requests/", "/matrix/"),
    "carol": ("/users/", "/members/", "/log/", "/"),
}


@pytest.mark.parametrize("who", PATHS)
def test_roles_are_called_by_words_a_person_uses(app, cast, who):
    browser = cast.log_in(app.test_client(), who)
    pages = [*PATHS[who]]
    if who == "carol":
        pages += [f"/users/{cast.users['alice']}", f"/members/{cast.alpha.id}"]

    for path in pages:
        page = browser.get(path, follow_redirects=True).text
        shown = re.sub(r"<[^>]+>", " ", page)
        assert not re.search(r"CUST(USER|ADMIN)|SUPERUSER|\bsuperuser\b", shown), path
