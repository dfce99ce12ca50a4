"""A new service provider, or another version of one: paste or upload, see, propose."""

from dataclasses import dataclass, field

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from metadata.errors import MetadataError
from sp_registry import changes, onboarding
from sp_registry.attribute_profiles import PAIRWISE, PROFILES
from sp_registry.changes import Entry, NotRegistered, OthersProvider
from sp_registry.lint.finding import Finding, LintContext
from sp_registry.lint.linter import lint
from sp_registry.onboarding import Options, Proposal, Refused
from sp_registry.pages import listing
from sp_registry.pages.rooms import colleague, require_proposer, rooms
from sp_registry.service_provider import Policy

LANGUAGES = ("nb", "nn", "en")  # that names are written in
RELEASES = (*PROFILES, PAIRWISE)  # what may be chosen; more is for `minid sp add`
KEPT = "kept"  # another release than these, left as it is


@dataclass
class Draft:
    """What the form holds."""

    document: str = ""
    names: dict[str, str] = field(default_factory=dict)
    organisation: str = ""
    release: str = "V1"
    basis: str = ""
    demand_signed: bool = False
    encrypt: bool = True
    return_url: str = ""

    @property
    def options(self) -> Options:
        """The wishes beside the metadata."""
        return Options(
            attributes=(PAIRWISE, "SecurityLevel", "Culture", "AuthMethod")
            if self.release == PAIRWISE
            else None,
            profile=self.release if self.release in PROFILES else None,
            legal_basis=self.basis or None,
            minimum=3,
            demand_signed=self.demand_signed,
            encrypt=self.encrypt,
            return_url=self.return_url,
            display_names=tuple((code, name) for code, name in self.names.items() if name),
            organisation_number=self.organisation or None,
        )


def blank() -> str:
    """An empty form, or one with what is known of a service provider."""
    require_proposer()
    id = request.args.get("sp")
    return _page(Draft(organisation=_own_organisation()) if id is None else _known(id))


def sent() -> Response | tuple[str, int]:
    """Look at what was sent; put it forward if that was asked for and nothing is in the way."""
    who = require_proposer()
    draft = _draft()
    if not who.decides and draft.organisation not in who.organisations:
        return _page(draft, refused=("organisation", "")), 422
    document = draft.document.encode()
    try:
        proposal = _proposal(document, draft.options)
        if "propose" not in request.form:
            return _page(draft, _findings(document, draft), proposal), 200
        change = rooms().desk.propose(
            proposal,
            who.by,
            rooms().clock(),
            organisation=None if who.decides else draft.organisation,
        )
    except (MetadataError, Refused, OthersProvider) as fault:
        refused = (fault.code, fault.detail)
        return _page(draft, _findings(document, draft), refused=refused), 422
    id = rooms().desk.show(change.entity_id).proposed.id
    return redirect(url_for("registry.providers_show", id=id), 303)


def _proposal(document: bytes, options: Options) -> Proposal:
    read = onboarding.described(document)
    try:
        approved = rooms().desk.show(read.entity_id).approved
    except NotRegistered:
        approved = None
    current = None if approved is None else approved.policy
    return onboarding.considered(
        document, read, options, current, rooms().mode, rooms().clock()
    )


def _findings(document: bytes, draft: Draft) -> tuple[Finding, ...]:
    number = draft.organisation or None
    production = rooms().mode.production
    return lint(
        document,
        LintContext(rooms().clock(), production=production, organisation_number=number),
    )


def _draft() -> Draft:
    """What was typed; an uploaded file takes the place of what was pasted."""
    typed = {name: value.strip() for name, value in request.form.items()}
    upload = request.files.get("file")
    document = upload.read().decode("utf-8", "replace") if upload else ""
    return Draft(
        document=document or typed.get("metadata", ""),
        names={code: typed.get(f"name_{code}", "")[: onboarding.LONGEST_NAME]
               for code in LANGUAGES},
        organisation=typed.get("organisation", "").replace(" ", ""),
        release=typed.get("release", "V1"),
        basis=typed.get("legal_basis", ""),
        demand_signed="demand_signed" in typed,
        encrypt="encrypt" in typed,
        return_url=typed.get("return_url", ""),
    )  # fmt: skip


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
    return Draft(
        document=document,
        names=dict(policy.display_names),
        organisation=policy.organisation_number or _own_organisation(),
        release=_release(policy),
        basis=policy.legal_basis or "",
        demand_signed=policy.demand_signed_requests,
        encrypt=policy.encrypt,
        return_url=policy.return_url or "",
    )


def _release(policy: Policy) -> str:
    if policy.profile is not None:
        return policy.profile
    return PAIRWISE if policy.attributes == Draft(release=PAIRWISE).options.attributes else KEPT


def _own_organisation() -> str:
    who = colleague()
    return "" if who.decides or not who.organisations else who.organisations[0]


def _page(
    draft: Draft,
    findings: tuple[Finding, ...] = (),
    proposal: Proposal | None = None,
    refused: tuple[str, str] | None = None,
) -> str:
    return render_template(
        "registry/new.html",
        draft=draft,
        findings=findings,
        proposal=proposal,
        refused=refused,
        name_languages=LANGUAGES,
        releases=RELEASES if draft.release in RELEASES else (*RELEASES, KEPT),
    )
