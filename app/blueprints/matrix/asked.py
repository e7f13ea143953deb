"""What of the matrix an address asks for, and who looks at it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, request

from app import access
from app.clock import now
from app.config import Settings
from app.domain.actor import Actor
from app.domain.classify import Link
from app.domain.errors import Forbidden, NotFound
from app.domain.matrix import Cut, Matrix
from app.services import matrix as matrices
from app.services.peering_rows import Column

LOOKS = ("sort", "hide", "q", "size", "isolate")  # how the page shows it; matrix.js keeps them
LONGEST = 100  # of what is handed on of them
NO_VLAN = "No VLAN takes part in the peering matrix at the moment."


@dataclass(frozen=True, slots=True)
class Asked:
    """A VLAN, a protocol, and whether members who left are asked for by somebody who may."""

    actor: Actor | None
    vlans: list[Column]
    vlan: Column
    protocol: int
    everybody: bool
    strayed: bool  # the VLAN that was asked for is none of these

    @property
    def where(self) -> dict[str, Any]:
        """The arguments of an address that asks for the same."""
        everybody = {"everybody": 1} if self.everybody else {}
        return {"vlan": self.vlan.vlan_id, "protocol": self.protocol} | everybody

    @property
    def member_id(self) -> int | None:
        return self.actor.member.member_id if self.actor and self.actor.member else None

    def matrix(self) -> Matrix:
        """Reads it."""
        return matrices.get_matrix(
            self.actor, self.vlan.vlan_id, self.protocol, everybody=self.everybody, **window()
        )


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def window() -> dict[str, Any]:
    return {"now": now(), "lookback": timedelta(days=settings().lookback_days)}


def viewer() -> Actor | None:
    """Who looks; raises Forbidden below PEERING_MATRIX_MIN_AUTH. Who looks as a member may see
    what the member may."""
    actor = access.find_actor()
    if settings().matrix_min_auth > (actor.shown_role if actor else 0):
        raise Forbidden("The exchange shows its peering matrix only to logins with a higher role.")
    return actor


def read_page() -> Asked | None:
    """For people: an unknown VLAN leads to the first one, none at all to None."""
    actor = viewer()
    vlans = matrices.list_vlans(settings().identity.default_vlan)
    if not vlans:
        return None
    wanted = request.args.get("vlan", "")
    vlan = next((vlan for vlan in vlans if str(vlan.vlan_id) == wanted), None)
    protocol = 6 if request.args.get("protocol") == "6" else 4
    everybody = "everybody" in request.args and matrices.may_see_everybody(actor)
    strayed = bool(wanted) and vlan is None
    return Asked(actor, vlans, vlan or vlans[0], protocol, everybody, strayed)


def read_exactly() -> Asked:
    """For scripts and files, which would take one LAN for another. Raises NotFound."""
    asked = read_page()
    if asked is None:
        raise NotFound(NO_VLAN)
    if asked.strayed:
        raise NotFound("The VLAN of this address takes no part in the peering matrix.")
    if request.args.get("protocol", "4") not in ("4", "6"):
        raise NotFound("The protocol of a matrix is 4 or 6.")
    return asked


def read_cut(matrix: Matrix) -> Cut:
    """What the filter and the isolated member leave away. `hide` names the kinds that go, `kind`
    (the form without JavaScript) those that stay."""
    kept, gone = request.args.getlist("kind"), request.args.get("hide", "").split(",")
    hidden = tuple(link for link in Link if (link not in kept if kept else link in gone))
    place = matrix.place(request.args.get("isolate", type=int))
    return Cut(hidden, None if place is None else matrix.parties[place])


def cut_arguments(cut: Cut) -> dict[str, Any]:
    """The arguments of an address that cuts like that."""
    hide = {"hide": ",".join(cut.hidden)} if cut.hidden else {}
    return hide | ({"isolate": cut.alone.id} if cut.alone else {})


def looks() -> dict[str, str]:
    """How the page showed the matrix, for the way back to it."""
    args = request.args
    return {name: args[name] for name in LOOKS if 0 < len(args.get(name, "")) <= LONGEST}
