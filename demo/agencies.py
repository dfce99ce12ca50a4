"""The agencies of the demo, and what is peculiar to each one's software.

Data only.  The peculiarities are those that real service providers have, so
that a login at each of the seven goes another way through the hub.
"""

from dataclasses import dataclass
from typing import Final

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml

SUBSTANTIAL: Final = Saml.AC_PASSWORD_PROTECTED
HIGH: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
LEVEL_OF: Final = {SUBSTANTIAL: 3, HIGH: 4}


@dataclass(frozen=True, slots=True)
class Service:
    """One thing that a citizen comes to the agency to do."""

    key: str
    title: str
    level: int = 3  # asks for this level, whatever the agency asks otherwise
    shows_register: bool = False  # what the population register holds of whoever is logged in


@dataclass(frozen=True, slots=True)
class Agency:
    """One service provider."""

    name: str  # its place in addresses
    initials: str
    titles: tuple[tuple[str, str], ...]  # (language, title)
    lead: str
    services: tuple[Service, ...]
    signs_requests: bool = True
    sends_by_post: bool = False
    has_encryption_key: bool = True
    names_encryption_methods: bool = True
    name_id_format: str = Saml.NAMEID_TRANSIENT
    asks_for_level: bool = True  # False: no RequestedAuthnContext, which means any level
    comparison: str = "exact"
    consumers: tuple[int, ...] = (0,)  # the indexes of its endpoints; the first is the default
    answer_at: int = 0  # the index of the endpoint where it wants the answer
    asks_by_index: bool = False  # AssertionConsumerServiceIndex instead of the URL
    locale: str | None = None  # tells the hub its page's language beside the signed request

    @property
    def title(self) -> str:
        return dict(self.titles)["nn"]

    def service(self, key: str) -> Service | None:
        return next((service for service in self.services if service.key == key), None)


def _same_in_all(title: str) -> tuple[tuple[str, str], ...]:
    return (("nn", title), ("nb", title), ("en", title))


AGENCIES: Final = (
    Agency(
        "miside",
        "Ms",
        _same_in_all("Miside"),
        "Di eiga side: tenester for deg, og kva registra har om deg.",
        (
            Service("opplysningar", "Dine opplysningar", shows_register=True),
            Service("sesjon", "Varsel om sesjon"),
        ),
        asks_for_level=False,
    ),
    Agency(
        "skatteetaten",
        "Sk",
        (
            ("nn", "Skatteetaten"),
            ("nb", "Skatteetaten"),
            ("en", "The Norwegian Tax Administration"),
        ),
        "Skatt, avgift og folkeregister.",
        (
            Service("sjolvmelding", "Sjølvmelding"),
            Service("skattekort", "Skattekort"),
            Service("adresseendring", "Adresseendring"),
        ),
        consumers=(0, 1, 2),
        answer_at=1,
    ),
    Agency(
        "lanekassen",
        "Lå",
        (
            ("nn", "Lånekassen"),
            ("nb", "Lånekassen"),
            ("en", "The Norwegian State Educational Loan Fund"),
        ),
        "Stipend og lån til utdanning.",
        (
            Service("stipend", "Stipend og lån"),
            Service("betalingsutsetjing", "Betalingsutsetjing"),
            Service("status", "Status på søknad"),
        ),
        name_id_format=Saml.NAMEID_PERSISTENT,
        locale="nn",
    ),
    Agency(
        "nav",
        "Nv",
        (("nn", "NAV"), ("nb", "NAV"), ("en", "The Norwegian Labour and Welfare Administration")),
        "Pensjon, helse og arbeid.",
        (Service("pensjon", "Pensjon"), Service("fastlege", "Byte fastlege")),
        sends_by_post=True,
    ),
    Agency(
        "altinn",
        "Al",
        _same_in_all("Altinn"),
        "Skjema for deg som driv næring.",
        (
            Service("skjema", "Skjema for næringsdrivande"),
            Service("skjema-niva-4", "Skjema som krev tryggleiksnivå 4", level=4),
        ),
        comparison="minimum",
        names_encryption_methods=False,
    ),
    Agency(
        "posten",
        "Po",
        (("nn", "Posten"), ("nb", "Posten"), ("en", "Norway Post")),
        "Brev og pakkar.",
        (Service("sendingar", "Sendingar"), Service("adresseendring", "Adresseendring")),
        signs_requests=False,
        has_encryption_key=False,
    ),
    Agency(
        "kommune",
        "Dk",
        (("nn", "Demo kommune"), ("nb", "Demo kommune"), ("en", "Demo Municipality")),
        "Kommunen din.",
        (Service("barnehage", "Barnehage"), Service("byggjesak", "Byggjesak")),
        has_encryption_key=False,
        consumers=(5, 7),
        answer_at=7,
        asks_by_index=True,
    ),
)
