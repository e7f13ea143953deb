"""Refuses forms that another site sends in a member's name, without a token in any page.

Browsers say where a request comes from (Fetch Metadata: Sec-Fetch-Site; RFC 6454: Origin), and no
page can forge that. A page without a secret may be compressed whatever else stands on it.
"""

from flask import Flask, current_app, request

from app.config import Settings
from app.domain.errors import Forbidden
from app.web_address import parts_of

READING = {"GET", "HEAD", "OPTIONS"}
OWN = {"same-origin", "none"}  # "none": nothing but the user's own hand


class CrossSite(Forbidden):
    """Another site sent this form, or nobody says who did."""

    title = "Not from this portal"


def init_app(app: Flask) -> None:
    """Look at every request that may change something."""
    app.before_request(_refuse_other_sites)


def _refuse_other_sites() -> None:
    if request.method not in READING and not _is_own():
        raise CrossSite(
            "The form did not come from a page of this portal; nothing was changed. Open the "
            "page from the portal's own navigation and try again."
        )


def _is_own() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in OWN
    # Browsers leave Sec-Fetch-Site out on plain http; Origin they send with every form.
    origin = parts_of(request.headers.get("Origin", "")).netloc
    settings: Settings = current_app.config["SETTINGS"]
    return bool(origin) and origin in (request.host, parts_of(settings.app_url).netloc)
