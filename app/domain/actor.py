"""Who does something, for whom, and what they may do."""

from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """The privileges by the numbers operators know: CUSTUSER, CUSTADMIN, SUPERUSER."""

    USER = 1  # reads
    ADMIN = 2  # acts for the member
    SUPERUSER = 3  # runs the exchange

    @property
    def label(self) -> str:
        """As commands, settings and the log keep it."""
        return {1: "CUSTUSER", 2: "CUSTADMIN", 3: "SUPERUSER"}[self.value]

    @property
    def words(self) -> str:
        """As people read it."""
        return {1: "member user", 2: "member administrator", 3: "operator"}[self.value]


@dataclass(frozen=True, slots=True)
class Acting:
    """One member a user may act for."""

    member_id: int
    name: str
    asn: int
    role: Role
    suspended: bool = False  # it looks and keeps its own things, and asks nobody


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in user, and the member they act for at the moment (none for some superusers)."""

    user_id: int
    username: str
    name: str
    is_superuser: bool
    member: Acting | None = None
    viewing: bool = False  # a superuser who looks at the portal as this member
    address: str = ""  # of the browser

    @property
    def role(self) -> Role:
        if self.is_superuser:
            return Role.SUPERUSER
        return self.member.role if self.member else Role.USER

    @property
    def shown_role(self) -> Role:
        """The role that the navigation is made for: while looking as a member, the member's."""
        return self.member.role if self.viewing and self.member else self.role

    def may_act(self, least: int) -> bool:
        """Whether the actor may change things for the member it acts for.

        `least` is the role that acting needs (`PEERING_MANAGER_MIN_AUTH`).
        """
        return self.member is not None and self.member.role >= least

    def may_ask(self, least: int) -> bool:
        """Whether the actor may ask others for peering; a suspended member asks nobody."""
        return self.member is not None and self.may_act(least) and not self.member.suspended
