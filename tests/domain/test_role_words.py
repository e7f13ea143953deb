"""What a role grants is said exactly, as the exchange has set it."""

from app.domain.actor import Role
from app.domain.role_words import granted, in_short


def test_a_member_user_looks_only_unless_the_exchange_lets_them_act():
    looks = granted(Role.USER, "Alpha", user_acts=False)
    acts = granted(Role.USER, "Alpha", user_acts=True)

    assert looks == (
        "You see everything of Alpha: its peers, requests, notes and users. You change nothing, "
        "and ask nobody in its name."
    )
    assert "You ask other members for peering in its name" in acts
    assert "Others manage its users." in acts
    assert in_short(Role.USER, user_acts=False) == "sees everything, changes nothing"
    assert in_short(Role.USER, user_acts=True) == "asks for peering, edits"


def test_a_member_administrator_acts_and_manages_users_in_any_case():
    for user_acts in (False, True):
        said = granted(Role.ADMIN, "Alpha", user_acts=user_acts)

        assert "You ask other members for peering in its name" in said
        assert said.endswith("You invite and remove its users.")
        assert in_short(Role.ADMIN, user_acts=user_acts) == "asks for peering, edits, manages users"
