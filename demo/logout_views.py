"""Logging out at an agency, and being logged out by the hub.

The agency's own login ends first, whatever the hub says after that.  A form may not
lead to another site by a redirect (its page's form-action), so a page goes on instead.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from demo.asked import AskedLogout
from demo.hub import HubUnreachable
from demo.logout import Query, logout_request, read_answer, read_request
from demo.provider import Provider
from demo.response import BadResponse, BadSignature
from demo.views import cookie_of, desk_here, provider_of, refused

logout = Blueprint("logout", __name__)

SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
PATH = "/<name>/saml/slo"

T = TypeVar("T")


@logout.post("/<name>/logout")
def begin(name: str) -> AnyResponse:
    """End the login here, and ask the hub to end it everywhere else."""
    provider, desk = provider_of(name), desk_here()
    now = desk.clock()
    login = desk.logins.take(request.cookies.get(cookie_of(name)), now)
    if login is None:
        return logged_out(provider, redirect(url_for("pages.start", name=name), 303))
    open_one = AskedLogout(name)
    relay_state = desk.logouts.keep(open_one, now)
    try:
        url = logout_request(provider, desk.hub, login, open_one.request_id, relay_state, now)
    except HubUnreachable:
        return logged_out(provider, page(provider, ()))
    onward = make_response(render_template("leaving.html", provider=provider, url=url))
    onward.headers["Refresh"] = f"0; url={url}"
    return logged_out(provider, onward)


@logout.get(PATH)
def message(name: str) -> AnyResponse:
    """A message of the hub's: its request is obeyed and answered, its answer is shown."""
    provider = provider_of(name)
    try:
        return asked(provider) if "SAMLRequest" in request.args else answered(provider)
    except BadResponse as fault:
        return refused(provider, fault.detail)


def asked(provider: Provider) -> AnyResponse:
    desk, query = desk_here(), query_here()
    asks = with_newest_keys(lambda now: read_request(provider, desk.hub, query, now))
    desk.logins.take_all(asks.means)
    return logged_out(provider, redirect(asks.answer_url, 303))


def answered(provider: Provider) -> AnyResponse:
    desk, query = desk_here(), query_here()
    open_one = desk.logouts.find(query.fields.get("RelayState"), desk.clock())
    if open_one is None or open_one.agency != provider.agency.name:
        raise BadResponse("the RelayState is not that of an open logout")
    id = open_one.request_id
    return page(
        provider,
        with_newest_keys(lambda now: read_answer(provider, desk.hub, query, id, now)),
    )


def with_newest_keys(read: Callable[[datetime], T]) -> T:
    """Read a message; once more with the hub's metadata of now if the signature does not fit."""
    desk = desk_here()
    try:
        return read(desk.clock())
    except BadSignature:
        if not desk.hub.refetch(desk.clock()):
            raise
        return read(desk.clock())


def query_here() -> Query:
    return Query(request.path, request.query_string.decode("ascii", "replace"), dict(request.args))


def page(provider: Provider, statuses: tuple[str, ...]) -> Response:
    return make_response(
        render_template(
            "logged_out.html",
            provider=provider,
            statuses=statuses,
            is_out=statuses == (SUCCESS,),
            is_partly_out=len(statuses) > 1 and statuses[0] == SUCCESS,
        )
    )


def logged_out(provider: Provider, answer: AnyResponse) -> AnyResponse:
    name = provider.agency.name
    answer.delete_cookie(cookie_of(name), path=f"/{name}/")
    return answer
