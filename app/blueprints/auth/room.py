"""The room of who is signed in, and how one gets in."""

from flask import Blueprint

bp = Blueprint("auth", __name__)
