"""The matrix of a VLAN and protocol, its files, and one pair of it."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.matrix.asked import (
    Asked,
    cut_arguments,
    looks,
    read_cut,
    read_exactly,
    read_page,
    settings,
    window,
)
from app.clock import now
from app.domain import matrix_export
from app.domain.classify import Link
from app.domain.errors import Forbidden
from app.domain.matrix import Matrix
from app.domain.matrix_density import bands
from app.extensions import end_reading
from app.matrix_picture import as_png
from app.services import matrix as matrices
from app.services import matrix_density, matrix_pair
from app.web import see_other

bp = Blueprint("matrix", __name__, url_prefix="/matrix")
open_to_world = access.public_when(lambda settings: settings.matrix_min_auth == 0)

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "graphml": "application/graphml+xml",
    "png": "image/png",
}


def refuse_when_disabled() -> None:
    """Runs before every request while IXP_FE_FRONTEND_DISABLED_PEERING_MATRIX is on."""
    if f"{request.path}/".startswith(f"{bp.url_prefix}/"):
        raise Forbidden("The peering matrix is switched off by the exchange.")


def _private(response: Response) -> Response:
    """What one viewer may see is kept by no cache for another."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/")
@open_to_world
def index() -> ResponseReturnValue:
    """The page; the drawing is fetched by matrix.js."""
    asked = read_page()
    context = _page(asked, asked.matrix()) if asked else {}
    page = render_template("matrix/index.html", title="Peering matrix", asked=asked, **context)
    return _private(make_response(page))


def _page(asked: Asked, matrix: Matrix) -> dict[str, Any]:
    totals, cut = matrix.totals(), read_cut(matrix)
    pairs = sum(totals.values())
    weeks = matrix_density.list_weeks(asked.vlan.vlan_id, asked.protocol)
    me = asked.member_id
    return {
        "matrix": matrix,
        "own": matrix.place(me),
        "standing": None if me is None else matrices.get_standing(me),
        "may_see_everybody": matrices.may_see_everybody(asked.actor),
        "left": sum(party.out for party in matrix.parties),
        "cut": cut,
        "cut_where": asked.where | cut_arguments(cut),
        "kept": looks() | cut_arguments(cut) | asked.where,
        "lookback_days": settings().lookback_days,
        "totals": {link.value: totals[link] for link in reversed(Link)},
        "pairs": pairs,
        "linked": pairs - totals[Link.NONE] - totals[Link.POSSIBLE],
        "weeks": weeks,
        "bands": {kind.value: points for kind, points in bands(weeks).items()},
    }


@bp.get("/data")
@open_to_world
def data() -> ResponseReturnValue:
    """A line of JSON with the members, then an octet for each pair above the diagonal."""
    asked = read_exactly()
    matrix = asked.matrix()
    head = {
        "members": [[p.id, p.asn, p.name] for p in matrix.parties],
        "own": matrix.place(asked.member_id),
        "left": [place for place, party in enumerate(matrix.parties) if party.out],
    }
    line = json.dumps(head, separators=(",", ":")).encode() + b"\n"
    return _private(Response(line + matrix.packed(), mimetype="application/octet-stream"))


@bp.get("/export.<any('csv', 'json', 'graphml', 'png'):form>")
@open_to_world
def export(form: str) -> ResponseReturnValue:
    """The matrix as a file: what the filter and the isolated member of the page leave of it."""
    asked = read_exactly()
    matrix = asked.matrix()
    end_reading()  # compressing keeps the request open until the slowest has got all of it
    part = "-part" if read_cut(matrix).words else ""
    response = Response(_write(asked, matrix, form), mimetype=TYPES[form])
    who = "-everybody" if asked.everybody else ""
    name = f"matrix-{asked.vlan.vlan_id}-ipv{asked.protocol}{who}{part}.{form}"
    how = "inline" if form == "png" else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return _private(response)


def _write(asked: Asked, matrix: Matrix, form: str) -> Iterator[str] | bytes:
    cut = read_cut(matrix)
    left, vlan, protocol = matrix.narrowed(cut), asked.vlan.name, asked.protocol
    if form == "csv":
        return matrix_export.as_csv(left, vlan, protocol)
    if form == "json":
        return matrix_export.as_json(left, vlan, protocol)
    if form == "graphml":
        return matrix_export.as_graphml(left)
    return as_png(left, vlan, protocol, now().date(), cut)


@bp.get("/pair/<int:one_id>/<int:other_id>")
@open_to_world
def pair(one_id: int, other_id: int) -> ResponseReturnValue:
    """One pair: its link, and the days it was first and last seen. With `drawer` one's own pair
    leads to its drawer, where there is one."""
    asked = read_exactly()
    found = matrix_pair.get_pair(
        asked.actor,
        asked.vlan.vlan_id,
        asked.protocol,
        (one_id, other_id),
        everybody=asked.everybody,
        **window(),
    )
    peer = found.peer_of(asked.member_id)
    drawer = _drawer(asked, peer.id) if peer else ""
    if drawer and "drawer" in request.args:
        return see_other(drawer)
    page = render_template(
        "matrix/pair.html",
        title=f"{found.one.name} – {found.other.name}",
        asked=asked,
        pair=found,
        drawer=drawer,
        kept=looks() | asked.where,
    )
    return _private(make_response(page))


def _drawer(asked: Asked, peer_id: int) -> str:
    """The drawer of one's own peer; empty where it is on no tab, or there are none."""
    is_off = "peering" not in current_app.blueprints or settings().peering_manager_disabled
    if is_off or asked.member_id is None:
        return ""
    tab = matrix_pair.find_tab(asked.member_id, peer_id, **window())
    return url_for("peering.peer", tab=tab.value, peer_id=peer_id) if tab else ""
