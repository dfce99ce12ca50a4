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

# Nothing here looks, listens or locates; passkeys are asked for by our own pages alone.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "midi", "payment",
                    "usb")
) + ", publickey-credentials-create=(self), publickey-credentials-get=(self)"

STATIC_LIFE = 60 * 60  # seconds, for addresses without a hash (hub/static_files.py has the others)


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
        # Our logo, named in the metadata, is shown on pages of service providers.
        reach = "cross-origin" if request.path.startswith("/static/") else "same-origin"
        headers.setdefault("Cross-Origin-Resource-Policy", reach)
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint == "static" and response.status_code < 400:
            headers["Cache-Control"] = f"public, max-age={STATIC_LIFE}"
        else:
            headers.setdefault("Cache-Control", "no-store")
        if is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
