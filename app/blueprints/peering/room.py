"""The blueprint of the peering manager, which its views share."""

from flask import Blueprint

from app.domain.classify import Tab

bp = Blueprint("peering", __name__, url_prefix="/peering")

TAB = f"<any({', '.join(repr(tab.value) for tab in Tab)}):tab>"
