"""Headers that tell a browser what this portal never does."""

from flask import Flask, Response, current_app

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def init_app(app: Flask) -> None:
    """Send the security headers with every answer."""
    app.after_request(_secure)


def _policy() -> str:
    """The policy, opened for images of the one site that the logo comes from."""
    origin = current_app.config["SETTINGS"].identity.logo_origin
    return POLICY.replace("img-src 'self'", f"img-src 'self' {origin}") if origin else POLICY


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "no-store")
    return response
