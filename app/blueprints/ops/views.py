"""/healthz, /readyz and /metrics."""

from ipaddress import ip_address

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.ops.metrics import metrics_of
from app.clock import now
from app.config import Settings
from app.domain import prometheus
from app.domain.errors import Forbidden
from app.domain.feed.senders import parse_networks
from app.readiness import database_problem
from app.services import detection

bp = Blueprint("ops", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.get("/healthz")
@access.public
def healthz() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return "ok\n", 200, PLAIN


@bp.get("/readyz")
@access.public
def readyz() -> ResponseReturnValue:
    """The database can be used, and its tables are those of this program."""
    problem = database_problem()
    if problem:
        current_app.logger.warning("not ready: %s", problem)
        return "not ready: the database cannot be used as it is; the log says why\n", 503, PLAIN
    return "ok\n", 200, PLAIN


@bp.get("/metrics")
@access.public
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus, to addresses in METRICS_ALLOW."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.trusted_proxies and "X-Forwarded-For" in request.headers:
        # Behind it everybody looks like the proxy, which often is on this very machine.
        raise Forbidden("A proxy handed this on: set TRUSTED_PROXIES, so that its word counts.")
    if not _is_allowed(access.address(), settings.metrics_allow):
        raise Forbidden("Metrics are for the addresses in METRICS_ALLOW only.")
    found = detection.get_state(now=now())
    return Response(prometheus.render(metrics_of(found)), content_type=prometheus.CONTENT_TYPE)


def _is_allowed(text: str, allowed: tuple[str, ...]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in parse_networks(allowed))
