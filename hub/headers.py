"""The security headers of every answer, and the request id that it carries."""

import secrets

from flask import Flask, Response, g, request

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
# The page that posts itself takes no input.  Its target may redirect on to anywhere, and
# form-action follows redirects, so a list of the service provider's origins would break some.
AUTO_POST_POLICY = PAGE_POLICY.replace("form-action 'self'", "form-action https:")
LOCAL_AUTO_POST_POLICY = AUTO_POST_POLICY + " http:"  # development, where services are local

STATIC_LIFE = 60 * 60  # seconds; names carry no hash, so a release is seen within the hour


def init_headers(app: Flask, is_https: bool) -> None:
    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
        headers["X-Request-Id"] = g.get("request_id", "")
        if request.path.startswith("/static/"):
            headers["Cache-Control"] = f"public, max-age={STATIC_LIFE}"
        else:
            headers.setdefault("Cache-Control", "no-store")
        if is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
