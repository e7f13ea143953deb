"""Every LAN of the cast takes part in the matrix; Alpha and Mall have a session."""

import pytest

from app.models import Vlan
from tests.blueprints.matrix.looks import set_rows
from tests.cast import make_session
from tests.factories import NOON


@pytest.fixture(autouse=True)
def flagged(cast):
    set_rows(Vlan, peering_matrix=True)
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)
