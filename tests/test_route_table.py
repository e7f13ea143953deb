"""Every route, asked by everybody, answers what tests/route_table.py says."""

import re
from dataclasses import replace

import pytest

from app.config import MailSettings
from tests.route_table import FIELDS, TABLE, VALUES
from tests.route_things import make_things

WHO = ("out", "other", "user", "admin", "super", "as")
MEMBERS = ("alpha", "beta", "mall")
NAMES = {"other": "mallory", "user": "rita", "admin": "alice", "super": "carol", "as": "carol"}


@pytest.fixture
def settings(settings):
    """With every room there is: caught mail is one of development."""
    return replace(settings, mail=MailSettings(sink=True))


def lines() -> dict[tuple[str, str], dict[str, int]]:
    """(method, route) -> who -> status."""
    found = {}
    for line in TABLE.strip().splitlines()[1:]:
        method, route, *statuses = line.split()
        found[method, route] = dict(zip(WHO, map(int, statuses), strict=True))
    return found


def routes(app) -> dict[tuple[str, str], str]:
    """(method, route) -> endpoint; the choice of tabs is written short."""
    return {
        (method, re.sub(r"<any\([^)]*\):", "<", rule.rule)): rule
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_stands_in_the_table_and_nothing_else(app):
    assert set(lines()) == set(routes(app))


def address(app, known, rule) -> str:
    values = {name: VALUES[name] for name in rule.arguments}
    for name, value in values.items():
        if isinstance(value, dict):
            value = value.get(rule.endpoint, value.get(""))
        values[name] = known.get(value, value)
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def fields(cast, known, rule, who) -> dict[str, object]:
    """Everybody names the member they act for: no guard of stale pages stands before the others."""
    own = cast.mall.id if who == "other" else cast.alpha.id
    mine = {"own": own, "own-email": f"{NAMES.get(who, 'alice')}@example.net"}
    given = FIELDS.get(rule.endpoint, {})
    return {name: (known | mine).get(word, word) for name, word in given.items()}


@pytest.mark.parametrize("who", WHO)
def test_every_route_answers_as_the_table_says(app, cast, who):
    found, table = {}, lines()
    known = {name: getattr(cast, name).id for name in MEMBERS} | cast.users | make_things(cast)
    for key, rule in routes(app).items():
        client = app.test_client()
        if who != "out":
            view_as = cast.alpha.id if who == "as" else None
            cast.log_in(client, NAMES[who], view_as=view_as)
        data = fields(cast, known, rule, who) if key[0] == "POST" else None
        response = client.open(address(app, known, rule), method=key[0], data=data)
        response.close()
        found[key] = response.status_code

    assert found == {key: statuses[who] for key, statuses in table.items()}
