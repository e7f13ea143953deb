"""The room of all users."""

from flask import Blueprint

bp = Blueprint("user_admin", __name__, url_prefix="/users")
