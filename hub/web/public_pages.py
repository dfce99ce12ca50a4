"""What anybody may read: help, what MinID is, privacy, accessibility; and what machines look for.

The texts stand in the templates; who answers for the installation comes from the settings.
"""

from flask import Blueprint, Response, abort, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from hub.current import settings

public_pages = Blueprint("public_pages", __name__)

CLOSED_TO_ROBOTS = (
    "/saml/", "/login", "/register", "/forgotten", "/pins", "/me", "/logout", "/registry",
    "/support", "/dev/",
)


@public_pages.get("/help")
def help_page() -> str:
    return render_template("help.html")


@public_pages.get("/about")
def about() -> str:
    return render_template("about.html")


@public_pages.get("/privacy")
def privacy() -> str:
    return render_template("privacy.html")


@public_pages.get("/accessibility")
def accessibility() -> str:
    return render_template("accessibility.html")


@public_pages.get("/robots.txt")
def robots() -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS)]
    return plain_text(lines)


@public_pages.get("/.well-known/change-password")
def change_password() -> AnyResponse:
    """Where password managers send people (W3C, A Well-Known URL for Changing Passwords)."""
    return redirect("/me", 303)


@public_pages.get("/.well-known/security.txt")
def security() -> Response:
    """Whom to tell of a weakness (RFC 9116); not found where nobody is named."""
    own = settings()
    if not own.security_contact:
        abort(404)
    return plain_text(
        [
            f"Contact: {own.security_contact}",
            f"Expires: {own.security_expires}T00:00:00Z",
            "Preferred-Languages: nb, nn, en",
            f"Canonical: {own.url('/.well-known/security.txt')}",
        ]
    )


def plain_text(lines: list[str]) -> Response:
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
