"""The matrix of a VLAN and protocol, one pair of it, and leaving it."""

import json
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.clock import now
from app.config import Settings
from app.domain import matrix_export
from app.domain.actor import Actor
from app.domain.classify import Link
from app.domain.errors import Forbidden, NotFound
from app.domain.matrix import Matrix
from app.domain.matrix_density import bands
from app.matrix_picture import as_png
from app.services import matrix as matrices
from app.services.peering_rows import Column

bp = Blueprint("matrix", __name__, url_prefix="/matrix")
open_to_world = access.public_when(lambda settings: settings.matrix_min_auth == 0)

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "graphml": "application/graphml+xml",
    "png": "image/png",
}


class Shown(NamedTuple):
    """What of the matrix an address asks for, and who looks at it."""

    actor: Actor | None
    vlans: list[Column]
    vlan: Column
    protocol: int
    matrix: Matrix

    @property
    def own(self) -> int | None:
        member = self.actor.member if self.actor else None
        return self.matrix.place(member.member_id if member else None)


def refuse_when_disabled() -> None:
    """Runs before every request while IXP_FE_FRONTEND_DISABLED_PEERING_MATRIX is on."""
    if f"{request.path}/".startswith(f"{bp.url_prefix}/"):
        raise Forbidden("The peering matrix is switched off by the exchange.")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _viewer() -> Actor | None:
    """Who looks; raises Forbidden below PEERING_MATRIX_MIN_AUTH."""
    actor = access.find_actor()
    if _settings().matrix_min_auth > (actor.role if actor else 0):
        raise Forbidden("The exchange shows its peering matrix only to logins with a higher role.")
    return actor


def _window() -> dict[str, Any]:
    return {"now": now(), "lookback": timedelta(days=_settings().lookback_days)}


def _show() -> Shown | None:
    """What the address asks for; an unknown VLAN leads to the first, none at all to None."""
    actor = _viewer()
    vlans = matrices.list_vlans(_settings().identity.default_vlan)
    if not vlans:
        return None
    asked = request.args.get("vlan", "")
    vlan = next((vlan for vlan in vlans if str(vlan.vlan_id) == asked), vlans[0])
    protocol = 6 if request.args.get("protocol") == "6" else 4
    matrix = matrices.get_matrix(actor, vlan.vlan_id, protocol, **_window())
    return Shown(actor, vlans, vlan, protocol, matrix)


def _must_show() -> Shown:
    shown = _show()
    if shown is None:
        raise NotFound("No VLAN takes part in the peering matrix at the moment.")
    return shown


def _private(response: Response) -> Response:
    """What one viewer may see is kept by no cache for another."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/")
@open_to_world
def index() -> ResponseReturnValue:
    """The page; the drawing is fetched by matrix.js."""
    shown = _show()
    return _private(make_response(render_template("matrix/index.html", **_page(shown))))


def _page(shown: Shown | None) -> dict[str, Any]:
    actor = shown.actor if shown else _viewer()
    common = {
        "title": "Peering matrix",
        "shown": shown,
        "out": bool(actor and actor.member) and matrices.is_out(actor.member.member_id),  # type: ignore[union-attr]
        "lookback_days": _settings().lookback_days,
    }
    if shown is None:
        return common
    totals = shown.matrix.totals()
    pairs = sum(totals.values())
    weeks = matrices.list_weeks(shown.vlan.vlan_id, shown.protocol)
    return common | {
        "totals": {link.value: totals[link] for link in reversed(Link)},
        "pairs": pairs,
        "linked": pairs - totals[Link.NONE] - totals[Link.POSSIBLE],
        "weeks": weeks,
        "bands": {kind.value: points for kind, points in bands(weeks).items()},
        "where": {"vlan": shown.vlan.vlan_id, "protocol": shown.protocol},
    }


@bp.get("/data")
@open_to_world
def data() -> ResponseReturnValue:
    """A line of JSON with the members, then an octet for each pair above the diagonal."""
    shown = _must_show()
    head = {
        "members": [[p.id, p.asn, p.name] for p in shown.matrix.parties],
        "own": shown.own,
    }
    line = json.dumps(head, separators=(",", ":")).encode() + b"\n"
    body = Response(line + shown.matrix.packed(), mimetype="application/octet-stream")
    return _private(body)


@bp.get("/export.<any('csv', 'json', 'graphml', 'png'):form>")
@open_to_world
def export(form: str) -> ResponseReturnValue:
    """The matrix as a file: what the filter and the isolated member of the page leave of it."""
    shown = _must_show()
    hidden = [link for link in Link if link in request.args.get("hide", "").split(",")]
    alone = shown.matrix.place(request.args.get("isolate", type=int))
    part = "-part" if hidden or alone is not None else ""
    shown = shown._replace(matrix=shown.matrix.narrowed(hidden, alone))
    response = Response(_write(shown, form), mimetype=TYPES[form])
    name = f"matrix-{shown.vlan.vlan_id}-ipv{shown.protocol}{part}.{form}"
    how = "inline" if form == "png" else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return _private(response)


def _write(shown: Shown, form: str) -> str | bytes:
    if form == "csv":
        return matrix_export.as_csv(shown.matrix)
    if form == "json":
        return matrix_export.as_json(shown.matrix, shown.vlan.name, shown.protocol)
    if form == "graphml":
        return matrix_export.as_graphml(shown.matrix)
    return as_png(shown.matrix, shown.vlan.name, shown.protocol, now().date())


@bp.get("/pair/<int:one_id>/<int:other_id>")
@open_to_world
def pair(one_id: int, other_id: int) -> ResponseReturnValue:
    """One pair: its link, and the days it was first and last seen."""
    shown = _must_show()
    one, other = shown.matrix.place(one_id), shown.matrix.place(other_id)
    link = None if one is None or other is None else shown.matrix.link(one, other)
    if one is None or other is None or link is None:
        raise NotFound(matrices.NO_PAIR)
    parties = shown.matrix.parties[one], shown.matrix.parties[other]
    peer = next((p for p, at in zip(parties, (other, one), strict=True) if at == shown.own), None)
    page = render_template(
        "matrix/pair.html",
        title=f"{parties[0].name} – {parties[1].name}",
        shown=shown,
        parties=parties,
        link=link,
        peer=peer,
        peering_url=_drawer(peer.id) if peer else "",
        seen=matrices.get_evidence(*parties, **_window()),
        where={"vlan": shown.vlan.vlan_id, "protocol": shown.protocol},
    )
    return _private(make_response(page))


def _drawer(peer_id: int) -> str:
    """The drawer of one's own peer; empty while the peering manager is off."""
    on = "peering" in current_app.blueprints and not _settings().peering_manager_disabled
    return url_for("peering.peer", tab="peers", peer_id=peer_id) if on else ""
