"""The room of VLANs."""

from flask import Blueprint

bp = Blueprint("vlan_admin", __name__, url_prefix="/vlans")
