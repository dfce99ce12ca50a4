"""Samples of the registration form: its first step, with faults, mended, and sent back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from metadata.description import Contact
from sp_registry.lint.finding import LintContext
from sp_registry.lint.linter import lint, mended
from sp_registry.pages.draft import Draft, of_policy
from sp_registry.pages.parts import place_of, standings
from sp_registry.pages.registering import CHOICES, Mended
from sp_registry.pages.xml_difference import xml_difference
from sp_registry.service_provider import Policy
from tests.hub.pages.registry_samples import LANGUAGES, sent_back

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
COLLEAGUE = SimpleNamespace(name="Kari Nordmann", sees_all=True, decides=True, proposes=True)
DOCUMENT = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
    validUntil="2020-01-01T00:00:00Z" entityID="https://etat.example.no/saml">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
        Location="http://ein-lang-tenar-i-etaten.example.no/saml/acs" index="0"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>"""
POLICY = Policy(
    legal_basis="Skatteforvaltningsloven § 7-1",
    bases=(("epostadresse", "eForvaltningsforskriften § 8"),),
    profile=None,
    display_names=(("nb", "Etaten"), ("nn", "Etaten")),
    logo="0" * 64,
    source_url="https://etat.example.no/saml/metadata",
    contacts=(Contact("technical", "Drift", ("drift@etat.example.no",)),),
)


FRAME: Mapping[str, Any] = {
    **CHOICES,
    "colleague": COLLEAGUE,
    "opened_for": None,
    "findings": (),
    "faults": {},
    "names": {},
    "organisation_names": {"974760673": "Skatteetaten"},
    "languages": LANGUAGES,
}


def mended_form() -> Mapping[str, Any]:
    context = LintContext(NOW, production=True)
    before = DOCUMENT.encode()
    after, fixes = mended(before, context, "remove-valid-until")
    draft = of_policy(POLICY, document=after.decode(), organisation="974760673")
    draft = replace(draft, earlier=DOCUMENT)
    return {
        **FRAME,
        "draft": draft,
        "findings": lint(after, context),
        "mended": Mended(fixes, xml_difference(before, after)),
        "refused": ("return-url", ""),
        "place": place_of("return-url"),
        "standings": standings(draft, None, lint(after, context), "return-url"),
    }


def faulty_form() -> Mapping[str, Any]:
    faults = {"entity_id": "entity-id", "consumer_url": "missing", "certificates": "certificate"}
    build = {"entity_id": "Etaten vår", "certificates": "MII"}
    return {**FRAME, "draft": Draft(begins=True, build=build), "faults": faults}


def first_step() -> Mapping[str, Any]:
    return {**FRAME, "draft": Draft(begins=True, environment="production")}


def sent_back_form() -> Mapping[str, Any]:
    """What a contact corrects after a rejection."""
    shown = sent_back()
    entry = shown["entry"]
    draft = of_policy(POLICY, sp="0123456789abcdef", document=DOCUMENT, organisation="974760673")
    here = {"colleague": shown["colleague"], "opened_for": entry, "names": shown["names"]}
    return {**FRAME, **here, "draft": draft, "standings": standings(draft, None, (), None)}


REGISTERING: Mapping[str, tuple[str, Callable[[], Mapping[str, Any]]]] = {
    "registry-new-mended": ("registry/new.html", mended_form),
    "registry-new-faults": ("registry/new.html", faulty_form),
    "registry-new-first": ("registry/new.html", first_step),
    "registry-new-sent-back": ("registry/new.html", sent_back_form),
}
