"""The blueprint of the members' admin, which its views share."""

from flask import Blueprint

bp = Blueprint("member_admin", __name__, url_prefix="/members")
