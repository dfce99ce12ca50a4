"""The page that posts one of our messages on to a service.

Per service and language all but three values of it stay the same, so its template is
rendered once for them, with marks where the values go.
"""

import re
from functools import lru_cache

from flask import render_template
from markupsafe import escape

from hub.current import request_id, settings
from hub.pages import reader_locale
from hub.saml.post_binding import PostForm
from hub.settings import Settings

FRAMES = 2000  # services times languages that each worker keeps ready
MARK = "\ue000{}\ue001"  # private use characters: no escaping touches them
MARKS = re.compile("\ue000([^\ue001]*)\ue001")
REQUEST_ID = "request id"  # no form field has a space in its name


def post_page(form: PostForm, service_name: str | None) -> str:
    """The page with this form, in the reader's language."""
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
