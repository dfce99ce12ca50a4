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

# Those of every answer, where its view has not said otherwise.
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cache-Control": "no-store",
}
STATIC_LIFE = 60 * 60  # seconds, for addresses without a hash (the others: hub/web/static_files.py)


def init_headers(app: Flask, is_https: bool) -> None:
    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(8)

    of_all = dict(HEADERS)
    if is_https:
        of_all["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        own = {name.lower() for name in headers.keys()}  # what a view has said stands
        # Added at once: Werkzeug's `setdefault` goes through all headers for each.
        headers.extend([each for each in of_all.items() if each[0].lower() not in own])
        headers["X-Request-Id"] = g.get("request_id", "")
        if request.path.startswith("/static/"):
            # Our logo, named in the metadata, is shown on pages of service providers.
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.endpoint == "static" and response.status_code < 400:
            headers["Cache-Control"] = f"public, max-age={STATIC_LIFE}"
        return response
