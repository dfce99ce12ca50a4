"""A new service provider, or another version of one: hand in, see, mend, propose.

Of a new service the form first asks for metadata alone; from then on one form holds
everything, and each button sends it whole: so nothing that was typed is lost, whatever is
done with the metadata in between.
"""

from dataclasses import dataclass, replace

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from metadata.algorithms import EXCEPTIONS
from metadata.description import SpDescription
from metadata.errors import MetadataError
from sp_registry import changes, compose, logos, onboarding, source
from sp_registry.changes import Entry, NotRegistered
from sp_registry.digest import LANGUAGES
from sp_registry.environment import Environment, key_of
from sp_registry.errors import RegistryError
from sp_registry.lint import linter
from sp_registry.lint.finding import Finding, Fix, LintContext
from sp_registry.logos import BadLogo
from sp_registry.onboarding import Proposal
from sp_registry.pages import draft as drafts
from sp_registry.pages import listing, parts
from sp_registry.pages.draft import Draft
from sp_registry.pages.rooms import colleague, require_proposer, rooms
from sp_registry.pages.xml_difference import xml_difference

LARGEST_EARLIER = 150_000  # bytes that the form carries along, to undo a quick fix
ALL = "all"  # the button that applies every quick fix
ORGANISATION = ("organisation", "")  # a number that this colleague may not speak for

Refusal = tuple[str, str]  # code and detail
Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Mended:
    """Quick fixes that were applied, and what they did to the document."""

    fixes: tuple[Fix, ...]
    difference: list[str]


def blank() -> str:
    """An empty form, or one with what is known of a service provider."""
    require_proposer()
    id = request.args.get("sp")
    return _page(_new_draft() if id is None else _known(id))


def sent() -> Answer:
    """Do what the pressed button says with what the form holds."""
    who = require_proposer()
    upload = request.files.get("file")
    uploaded = upload.read().decode("utf-8", "replace") if upload else ""
    draft = drafts.typed_in(request.form, uploaded)
    if not who.decides and draft.organisation not in who.organisations:
        return _page(draft, refused=ORGANISATION), 422
    try:
        draft = replace(draft, logo=_uploaded_logo(draft.organisation or None) or draft.logo)
    except BadLogo as fault:
        return _page(draft, refused=(fault.code, fault.detail)), 422
    if "build" in request.form:
        return _built(draft)
    if "fetch" in request.form or (draft.source_url and not draft.document):
        return _fetched(draft)
    if "undo" in request.form and draft.earlier:
        return _judged(replace(draft, document=draft.earlier, earlier=""))
    if "fix" in request.form:
        return _mended(draft, request.form["fix"])
    return _judged(draft, propose="propose" in request.form)


def _uploaded_logo(organisation: str | None) -> str | None:
    """Kept at once, for a browser does not send a chosen file twice."""
    upload = request.files.get("logo_file")
    data = upload.read(logos.LARGEST_FILE + 1) if upload else b""
    if not data:
        return None
    logo, now = logos.accepted(data), rooms().clock()
    return rooms().database.write(
        lambda connection: logos.keep(connection, logo, now, organisation)
    )


def _built(draft: Draft) -> Answer:
    """Metadata for a service that has none, put where others paste theirs."""
    faults = compose.faults(draft.facts)
    if faults:
        return _page(draft, faults=faults), 422
    return _judged(replace(draft, document=compose.composed(draft.facts).decode()))


def _fetched(draft: Draft) -> Answer:
    """The document that stands at the address, put where others paste theirs."""
    try:
        document = source.believed(rooms().fetch(draft.source_url), draft.pins)
    except (MetadataError, RegistryError) as fault:
        return _page(draft, refused=(fault.code, fault.detail)), 422
    return _judged(replace(draft, document=document.decode("utf-8", "replace")))


def _mended(draft: Draft, name: str) -> Answer:
    """The document after one quick fix, or after all."""
    before = draft.document.encode()
    only = None if name == ALL else name
    after, fixes = linter.mended(before, _lint_context(draft), only)
    mended = Mended(fixes, xml_difference(before, after))
    if fixes:
        earlier = draft.document if len(before) <= LARGEST_EARLIER else ""
        draft = replace(draft, document=after.decode(), earlier=earlier)
    return _judged(draft, mended=mended)


def _judged(draft: Draft, propose: bool = False, mended: Mended | None = None) -> Answer:
    """Look at what was sent; put it forward if that was asked for and nothing is in the way."""
    try:
        proposal = _proposal(draft)
        if propose:
            return _proposed(proposal, draft)
    except (MetadataError, RegistryError) as fault:
        return _page(draft, _findings(draft), None, (fault.code, fault.detail), mended), 422
    return _page(draft, _findings(draft), proposal, mended=mended)


def _proposed(proposal: Proposal, draft: Draft) -> Response:
    who = colleague()
    organisation = None if who.decides else draft.organisation
    change = rooms().desk.propose(proposal, who.by, rooms().clock(), organisation=organisation)
    id = rooms().desk.show(change.entity_id).proposed.id
    return redirect(url_for("registry.providers_show", id=id), 303)


def _proposal(draft: Draft) -> Proposal:
    document = draft.document.encode()
    read = onboarding.described(document)
    options = draft.options
    environment = options.environment or rooms().mode.environment
    entry = _entry(key_of(read.entity_id, environment))
    current = None if entry is None or entry.approved is None else entry.approved.policy
    return onboarding.considered(
        document, read, options, current, rooms().mode, rooms().clock()
    )


def _entry(key: str) -> Entry | None:
    try:
        return rooms().desk.show(key)
    except NotRegistered:
        return None


def _findings(draft: Draft) -> tuple[Finding, ...]:
    """Of the document, but for what the form says in its place."""
    found = linter.lint(draft.document.encode(), _lint_context(draft))
    return tuple(one for one in found if one.code not in draft.said_beside)


def _lint_context(draft: Draft) -> LintContext:
    entity_id = linter.entity_id_of(draft.document.encode())
    return LintContext(
        rooms().clock(),
        production=rooms().mode.production,
        taken_entity_ids={entity_id} if entity_id and _is_taken(entity_id, draft) else (),
        organisation_number=draft.organisation or None,
    )


def _is_taken(entity_id: str, draft: Draft) -> bool:
    """Whether another service has it: neither the one of this form nor one of one's own."""
    if draft.environment and draft.environment not in set(Environment):
        return False
    environment = draft.asked_environment or rooms().mode.environment
    entry = _entry(key_of(entity_id, environment))
    if entry is None or entry.proposed.id == draft.sp:
        return False
    owned = rooms().database.read(
        lambda connection: listing.entity_of(connection, entry.proposed.id, colleague())
    )
    return colleague().decides or owned is None


def _known(id: str) -> Draft:
    def job(connection: Connection) -> tuple[Entry, str] | None:
        entity_id = listing.entity_of(connection, id, colleague())
        if entity_id is None:
            return None
        entry = changes.entry_of(connection, entity_id)
        document = changes.stored(connection, entry.newest.version)[1]
        return entry, document.decode("utf-8", "replace")

    entry, document = rooms().database.read(job) or abort(404)
    policy = entry.proposed.policy
    organisation = policy.organisation_number or _own_organisation()
    draft = drafts.of_policy(policy, sp=id, document=document, organisation=organisation)
    asked = request.args.get("environment", "")
    return replace(draft, environment=asked) if asked in set(Environment) else draft


def _new_draft() -> Draft:
    own = _own_organisation()
    return Draft(begins=True, environment=rooms().mode.environment, organisation=own)


def _opened_for(draft: Draft) -> Entry | None:
    """What is known of the service provider that the form was opened for."""
    if not draft.sp:
        return None
    entity_id = rooms().database.read(
        lambda connection: listing.entity_of(connection, draft.sp, colleague())
    )
    return None if entity_id is None else _entry(entity_id)


def _read(draft: Draft) -> SpDescription | None:
    try:
        return onboarding.described(draft.document.encode())
    except (MetadataError, RegistryError):
        return None


def _own_organisation() -> str:
    who = colleague()
    return "" if who.decides or not who.organisations else who.organisations[0]


def _page(
    draft: Draft,
    findings: tuple[Finding, ...] = (),
    proposal: Proposal | None = None,
    refused: Refusal | None = None,
    mended: Mended | None = None,
    faults: dict[str, str] | None = None,
) -> str:
    code = refused[0] if refused else None
    return render_template(
        "registry/new.html",
        draft=draft,
        opened_for=_opened_for(draft),
        findings=findings,
        proposal=proposal,
        refused=refused,
        place=parts.place_of(code) if code else None,
        standings=parts.standings(draft, _read(draft), findings, code),
        mended=mended,
        faults=faults or {},
        languages=LANGUAGES,
        **CHOICES,
    )


CHOICES = {
    "attributes": drafts.ATTRIBUTES,
    "personal": drafts.PERSONAL,
    "exceptions": tuple(EXCEPTIONS),
}
