"""Ask the national registers for something harmless, and say why it fails: for `minid doctor`.

Nobody's data is asked for: of Folkeregisteret the number of its latest event, of the contact
register the data of no one.  One try each, past the breakers, which logins and letters keep.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from certs.errors import CertsError
from hub.doctor.finding import Finding, well, wrong
from hub.errors import HubError
from hub.outside.http_exchange import BrokenOff, Exchange, NotConnected, exchanged
from hub.outside.maskinporten import Maskinporten, TokenAway, TokenRefused
from hub.outside.register_client import AT_ONCE, authorised
from hub.outside.registers import maskinporten_of
from hub.registers.access import CONTACT, POPULATION
from hub.seams.outside import Clock
from hub.settings import Settings

NOBODY = json.dumps({"personidentifikatorer": []}).encode()
IN_ORDER = (200, 400)  # who asks for nobody may be told so, but only after the token was taken
CAUSES = {
    "gaierror": ("no such host is known", "look at the address in the settings, and at DNS"),
    "SSLCertVerificationError": (
        "its certificate is not one that this machine trusts now",
        "look at this machine's authorities (ca-certificates), and at its clock",
    ),
    "ConnectionRefusedError": ("nobody listens there", "look at the address in the settings"),
    "TimeoutError": ("no answer in time", "look at the firewall, and ask the provider"),
}
OTHER_CAUSE = "look at the address in the settings, and at the firewall"


@dataclass(frozen=True, slots=True)
class Probe:
    """One register, and what it can be asked."""

    name: str
    setting: str  # how the names of its settings begin
    scope: str
    exchange: Exchange


def findings(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """What is configured, and how it answers; nothing where there is no register."""
    for probe in probes(settings):
        try:
            tokens = maskinporten_of(settings, probe.scope, clock)
        except (HubError, CertsError) as fault:
            yield wrong(probe.name, fault.detail, "look at MINID_REGISTER_KEY and _CERTIFICATE")
            continue
        yield probed(probe, tokens)


def probes(settings: Settings) -> Iterator[Probe]:
    if settings.register_url:
        url = f"{settings.register_url}/v1/hendelser/siste/sekvensnummer"
        yield Probe(
            POPULATION, "MINID_REGISTER", settings.register_scope, Exchange("GET", url)
        )
    if settings.contact_register_url:
        url = f"{settings.contact_register_url}/rest/v2/personer"
        asked = Exchange("POST", url, NOBODY, {"Content-Type": "application/json"})
        scope = settings.contact_register_scope
        yield Probe(CONTACT, "MINID_CONTACT_REGISTER", scope, asked)


def probed(probe: Probe, tokens: Maskinporten) -> Finding:
    try:
        answer = exchanged(authorised(probe.exchange, tokens.token()), AT_ONCE.limits)
    except TokenAway as fault:
        return not_reached(f"{probe.name}: Maskinporten", fault.cause)
    except TokenRefused as fault:
        return no_token(probe, fault)
    except HubError as fault:
        return wrong(probe.name, fault.detail, "look at MINID_REGISTER_TOKEN_URL")
    except (NotConnected, BrokenOff) as fault:
        return not_reached(probe.name, str(fault))
    if answer.status in IN_ORDER:
        return well(probe.name, "it gives us a token and answers")
    if answer.status in (401, 403):
        return wrong(
            probe.name,
            f"it answers with status {answer.status}: the scope {probe.scope} does not open it",
            f"look at {probe.setting}_SCOPE, and ask the register to let this client in",
        )
    text = f"it answers with status {answer.status}"
    return wrong(probe.name, text, f"look at {probe.setting}_URL, and ask the provider")


def not_reached(name: str, cause: str) -> Finding:
    found, mend = CAUSES.get(cause, (f"the connection failed ({cause})", OTHER_CAUSE))
    return wrong(name, found, mend)


def no_token(probe: Probe, fault: TokenRefused) -> Finding:
    if fault.error == "invalid_grant" and fault.seconds_apart > fault.MOST_APART:
        text = f"Maskinporten refuses, and its clock and ours are {fault.seconds_apart} s apart"
        return wrong(probe.name, text, "run NTP")
    if fault.error == "invalid_scope":
        mend = f"ask for it in Maskinporten's self-service, or look at {probe.setting}_SCOPE"
        return wrong(probe.name, f"this client may not have the scope {probe.scope}", mend)
    mend = "look at MINID_REGISTER_CLIENT, _TOKEN_AUDIENCE, _KEY, _CERTIFICATE and _KEY_ID"
    return wrong(probe.name, fault.detail, mend)
