"""Which addresses of a service provider the hub will send a browser to.

Pure.  https, with a host and nothing odd; plain http only to the hosts that are
named for it, in development this machine and names reserved for tests.  An
address that does not fit is left out with a warning; that no consumer may be
left over is for `onboarding` to say.  Hosts are not looked up.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from metadata.description import Endpoint, SpDescription


def usable_only(
    description: SpDescription, http_hosts: Collection[str]
) -> tuple[SpDescription, tuple[str, ...]]:
    """The description with the addresses that may be used, and a sentence for each other."""
    consumers, first = _sifted("AssertionConsumerService", description.consumers, http_hosts)
    logout, second = _sifted("SingleLogoutService", description.logout, http_hosts)
    return replace(description, consumers=consumers, logout=logout), (*first, *second)


def fault_of(url: str, http_hosts: Collection[str]) -> str | None:
    """Why a browser may not be sent there; None if it may."""
    if any(sign.isspace() or not sign.isprintable() for sign in url):
        return "it holds white space"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "it is no URL"
    if parts.scheme not in ("https", "http") or not host:
        return "it is no https address"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "it holds a user name or a fragment"
    if parts.scheme == "http" and not any(fnmatchcase(host, one) for one in http_hosts):
        return "it is not https"
    return None


def _sifted(
    kind: str, endpoints: Sequence[Endpoint], http_hosts: Collection[str]
) -> tuple[tuple[Endpoint, ...], tuple[str, ...]]:
    kept, sentences = [], []
    for endpoint in endpoints:
        faults = {url: fault_of(url, http_hosts) for url in _urls(endpoint)}
        wrong = [f"{kind} {url} is left out: {fault}." for url, fault in faults.items() if fault]
        sentences += wrong
        if not wrong:
            kept.append(endpoint)
    return tuple(kept), tuple(sentences)


def _urls(endpoint: Endpoint) -> tuple[str, ...]:
    if endpoint.response_url is None:
        return (endpoint.url,)
    return endpoint.url, endpoint.response_url
