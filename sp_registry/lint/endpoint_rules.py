"""Rules for addresses: where answers and logouts go.

Metadata §2.2.2, §2.2.3; ID-porten's rules for locations; saml2int's for https.
Hosts are not looked up.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from metadata.description import Endpoint
from metadata.parse_endpoints import MESSAGE_PARAMETERS
from metadata.parse_values import address_fault
from metadata.validate import DEVELOPMENT_HTTP_HOSTS
from sp_registry import addresses
from sp_registry.lint import fixes
from sp_registry.lint.finding import Finding, Fix, LintContext
from sp_registry.lint.subject import Subject, codes_of, found
from sp_registry.service_provider import SERVED_BINDINGS, served

# Names that no public name server answers for (RFC 2606, RFC 6761, RFC 6762, RFC 8375).
PRIVATE_HOSTS: Final = (
    *DEVELOPMENT_HTTP_HOSTS,
    "*.example",
    "*.invalid",
    "*.local",
    "*.internal",
    "*.home.arpa",
    "*.localdomain",
)


# What a name of a machine for trials is made of, in Norwegian and English.
TRIAL_WORD: Final = re.compile(
    r"(test|dev|qa|stag(e|ing)|preprod|sandbox|demo|utv|utvikling)[0-9]*"
)


def locations(subject: Subject, context: LintContext) -> Iterator[Finding]:
    for element in subject.endpoints:
        for name in ("Location", "ResponseLocation"):
            url = element.get(name)
            if url is not None:
                yield from _location(element, url.strip(), context)


def _location(element: etree._Element, url: str, context: LintContext) -> Iterator[Finding]:
    if fault := address_fault(url) or _parameter_fault(url):
        yield found("endpoint-address", element, url=url, fault=fault)
        return
    endpoint = Endpoint(element.get("Binding", ""), url)
    if "endpoint-http" in codes_of(context, consumers=(endpoint,)):
        yield found("endpoint-http", element, _https(url), url=url)
    if context.production and not _is_public(_host(url)):
        yield found("host-not-public", element, url=url)
    elif _ip(_host(url)) is not None and _is_public(_host(url)):
        yield found("endpoint-ip", element, url=url)
    elif context.production and _is_for_trials(_host(url)):
        yield found("host-for-trials", element, url=url)


def _parameter_fault(url: str) -> str | None:
    query = urlsplit(url).query
    taken = sorted(one for one in MESSAGE_PARAMETERS if f"&{one}=" in f"&{query}")
    return f"has a query parameter {taken[0]} of its own" if taken else None


def _https(url: str) -> Fix | None:
    """https helps nobody where the host itself is out of reach."""
    return fixes.USE_HTTPS if fixes.https_of(url) and _is_public(_host(url)) else None


def _host(url: str) -> str:
    """Empty for what is no address."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(host: str) -> bool:
    number = _ip(host)
    if number is not None:
        return number.is_global
    return "." in host and not any(fnmatchcase(host, one) for one in PRIVATE_HOSTS)


def _is_for_trials(host: str) -> bool:
    words = re.split(r"[.-]", host)
    return words[0].startswith("test") or any(TRIAL_WORD.fullmatch(one) for one in words)


def consumers(subject: Subject, context: LintContext) -> Iterator[Finding]:
    """At least one must be served; those that never are, are told."""
    read = subject.description
    usable, _ = addresses.usable_only(read, context.http_hosts)
    if any(one.binding in SERVED_BINDINGS for one in read.consumers) and not served(usable):
        yield found("consumer-not-served", subject.role)
    twice = [index for index, count in Counter(one.index for one in read.consumers).items()
             if count > 1 and index is not None]  # fmt: skip
    for index in sorted(twice):
        yield found("index-twice", subject.role, index=index)
    idle = [one for one in subject.consumers if _binding(one) not in ("", *SERVED_BINDINGS)]
    if idle:
        named = dict.fromkeys(_binding(one).rpartition(":")[2] for one in idle)
        yield found("consumer-binding", idle[0], bindings=", ".join(named))


def doubles(subject: Subject) -> Iterator[Finding]:
    """The same binding at the same address, more than once."""
    seen: set[tuple[str, ...]] = set()
    for element in subject.endpoints:
        url = element.get("Location", "").strip()
        said = (str(element.tag), _binding(element), url, element.get("ResponseLocation", ""))
        if url and said in seen:
            yield found("endpoint-twice", element, url=url)
        seen.add(said)


def elsewhere(subject: Subject) -> Iterator[Finding]:
    """Answers that go to another domain than the one that names the service."""
    named = subject.description.entity_id
    home = _domain(_host(named) or named.partition("/")[0].lower())
    told: set[str] = set()
    for element in subject.consumers:
        host = _host(element.get("Location", "").strip())
        away = _domain(host)
        is_served = _binding(element) in SERVED_BINDINGS and _is_public(host)
        if home and is_served and away not in ("", home) and host not in told:
            told.add(host)
            yield found("consumer-elsewhere", element, host=host, domain=home)


def _domain(host: str) -> str:
    """The last two names: near enough for a question to a person; empty for what has none."""
    names = host.split(".")
    return ".".join(names[-2:]) if _ip(host) is None and len(names) > 1 and all(names) else ""


def _binding(element: etree._Element) -> str:
    return element.get("Binding", "").strip()


def logout(subject: Subject, context: LintContext) -> Iterator[Finding]:
    codes = codes_of(context, logout=subject.description.logout)
    for code in sorted(codes & {"logout-missing", "logout-binding"}):
        yield found(code, subject.role)
