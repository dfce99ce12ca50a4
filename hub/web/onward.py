"""Pages that take the browser on to a service: by a form that posts itself, or a link.

Both end on our own origin with status 200.  A redirect would be shorter, but a login
mostly ends a chain that began with a form of ours, and browsers stop such a chain from
leaving for another site (`form-action`).
"""

import re
from functools import lru_cache
from html import escape  # half of markupsafe's time for the many kilobytes of a message

from flask import make_response, render_template
from werkzeug.wrappers import Response

from hub.current import request_id, settings
from hub.saml.post_binding import PostForm
from hub.settings import Settings
from hub.web.headers import AUTO_POST_POLICY, LOCAL_AUTO_POST_POLICY
from hub.web.pages import reader_locale

FRAMES = 2000  # services times languages that each worker keeps ready
MARK = "\ue000{}\ue001"  # private use characters: no escaping touches them
MARKS = re.compile("\ue000([^\ue001]*)\ue001")
REQUEST_ID = "request id"  # no form field has a space in its name


def posting(form: PostForm, service_name: str | None) -> Response:
    """A form that posts itself, with a button for those without JavaScript."""
    page = make_response(post_page(form, service_name))
    page.headers["Content-Security-Policy"] = (
        LOCAL_AUTO_POST_POLICY if settings().is_development else AUTO_POST_POLICY
    )
    return page


def leading(address: str, service_name: str | None) -> Response:
    """A page that goes on to an address by itself, with a link for those who wait."""
    page = make_response(
        render_template("saml_link.html", address=address, service_name=service_name)
    )
    page.headers["Refresh"] = f"0; url={address}"
    return page


def post_page(form: PostForm, service_name: str | None) -> str:
    """The page with this form, in the reader's language.

    Per service and language all but three values of it stay the same, so its template
    is rendered once for them, with marks where the values go.
    """
    names = tuple(name for name, _ in form.fields)
    frame = _frame(settings(), reader_locale(), form.action, names, service_name)
    values = dict(form.fields) | {REQUEST_ID: request_id()}
    return "".join(
        escape(values[part]) if place % 2 else part for place, part in enumerate(frame)
    )


@lru_cache(FRAMES)
def _frame(
    _settings: Settings, _locale: str, action: str, names: tuple[str, ...], service: str | None
) -> tuple[str, ...]:
    """Text, name of a value, text, … text.  What the context renders by is in the key."""
    page = render_template(
        "saml_post.html",
        action=action,
        fields={name: MARK.format(name) for name in names},
        service_name=service,
        request_id=MARK.format(REQUEST_ID),
    )
    return tuple(MARKS.split(page))
