"""Who is on the staff: see, invite, take away.  Contacts do so among their own alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sp_registry import organisations
from sp_registry.invitations import Invitation, InvitationOver, Wish
from sp_registry.organisations import BadOrganisation
from sp_registry.pages.rooms import colleague, require_fresh, rooms
from sp_registry.staff import BadGrant, Colleague, Grant, LastAdministrator, NoSuchRole, Role

PEOPLE = "registry.people_listing"
INVITE = "registry.people_blank"


@dataclass
class Draft:
    """What the form holds; the identity number is never shown again."""

    name: str = ""
    role: str = Role.CONTACT
    organisation: str = ""
    organisation_name: str = ""
    email: str = ""

    @property
    def wish(self) -> Wish:
        role = Role(self.role)
        organisation = self.organisation if role is Role.CONTACT else None
        return Wish(self.name, role, organisation, self.organisation_name)


def listing() -> str:
    return _page()


def revoke() -> Response | tuple[str, int]:
    """Take a role away; the person is out at their next click."""
    who = require_fresh(url_for(PEOPLE))
    role = _role_named(request.form.get("role", ""))
    organisation = request.form.get("organisation") or None
    if not who.may_manage(role, organisation):
        abort(404)
    person_id = request.form.get("person", "")
    try:
        rooms().staff.revoke(person_id, role, organisation, who.by, rooms().clock())
    except LastAdministrator:
        return _page("last-administrator"), 409
    except NoSuchRole:
        return _page("gone"), 409
    return redirect(url_for(PEOPLE), 303)


def withdraw() -> Response | tuple[str, int]:
    who = require_fresh(url_for(PEOPLE))
    number = request.form.get("number", 0, type=int)
    managed = (one for one in _open_to(who) if who.may_manage(one.role, one.organisation))
    if number not in [one.number for one in managed]:
        return _page("gone"), 409
    try:
        rooms().invitations.withdraw(number, who.by, rooms().clock())
    except InvitationOver:
        return _page("gone"), 409
    return redirect(url_for(PEOPLE), 303)


def blank() -> str:
    who = require_fresh(url_for(INVITE))
    if not who.proposes:
        abort(404)
    return _form(Draft(organisation="" if who.decides else who.organisations[0]))


def invite() -> Response | str | tuple[str, int]:
    """By identity number if one is given, else by a link, which is shown here and never again."""
    who = require_fresh(url_for(INVITE))
    draft, faults = _draft(), []
    if not draft.name or len(draft.name) > organisations.LONGEST_NAME:
        faults.append("name")
    if not who.may_manage(_role_named(draft.role), draft.wish.organisation):
        faults.append("organisation")
    number = request.form.get("national_id", "").strip()
    person_id = rooms().invitees.person_of(number) if number and not faults else None
    if number and not faults and person_id is None:
        faults.append("national_id")
    if faults:
        return _form(draft, faults), 422
    try:
        return _invited(draft, who, person_id)
    except BadOrganisation:
        return _form(draft, ["organisation_name"]), 422
    except BadGrant:
        return _form(draft, ["organisation"]), 422


def _invited(draft: Draft, who: Colleague, person_id: str | None) -> Response | str:
    room, now = rooms().invitations, rooms().clock()
    if person_id is not None:
        room.by_person(draft.wish, person_id, who.by, now)
        return redirect(url_for(PEOPLE), 303)
    invitation, secret = room.by_link(draft.wish, who.by, now)
    link = rooms().invitees.link_of(secret)
    wrote = rooms().invitees.write_to(draft.email, link, invitation) if draft.email else None
    return render_template(
        "registry/invited.html",
        invitation=invitation,
        link=link,
        email=draft.email,
        wrote=wrote,
    )


def _draft() -> Draft:
    typed = {name: value.strip() for name, value in request.form.items()}
    return Draft(
        name=typed.get("name", ""),
        role=_role_named(typed.get("role", Role.CONTACT)),
        organisation=typed.get("organisation", "").replace(" ", ""),
        organisation_name=typed.get("organisation_name", ""),
        email=typed.get("email", ""),
    )


def _role_named(text: str) -> Role:
    if text not in set(Role):
        abort(404)
    return Role(text)


def _form(draft: Draft, faults: Sequence[str] = ()) -> str:
    who = colleague()
    return render_template(
        "registry/invite.html",
        draft=draft,
        faults=faults,
        roles=list(Role) if who.decides else [Role.CONTACT],
    )


def _page(fault: str | None = None) -> str:
    who = colleague()
    return render_template(
        "registry/people.html",
        grants=_seen_by(who),
        invitations=_open_to(who),
        fault=fault,
    )


def _seen_by(who: Colleague) -> list[Grant]:
    grants = rooms().staff.listing()
    return [one for one in grants if who.sees_all or one.organisation in who.organisations]


def _open_to(who: Colleague) -> list[Invitation]:
    """The open invitations that this colleague may see."""
    invitations = rooms().invitations.listing(rooms().clock())
    return [one for one in invitations if who.sees_all or one.organisation in who.organisations]
