"""Fetching metadata from servers that behave, and from those that do not."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from hub.outside.guarded_web import GuardedWeb, Limits, Resolve
from hub.outside.metadata_fetch import MetadataFetcher
from metadata.validate import DEVELOPMENT_HTTP_HOSTS
from sp_registry.source import SourceFault
from tests.peers.metadata_server import (
    DOCUMENT,
    HOST,
    MetadataServer,
    metadata_server,
    silent_port,
)


@pytest.fixture(scope="module")
def server() -> Iterator[MetadataServer]:
    with metadata_server() as made:
        yield made


def answering(*answers: str) -> Resolve:
    """A name server that gives each of these in turn, and then the last for ever."""
    left = list(answers)

    def resolve(host: str, port: int) -> Sequence[str]:
        return [left.pop(0) if len(left) > 1 else left[0]]

    return resolve


@pytest.fixture
def fetcher(server: MetadataServer) -> Callable[..., MetadataFetcher]:
    def made(resolve: Resolve = answering("127.0.0.1"), whole: float = 20.0) -> MetadataFetcher:
        limits = Limits(whole_seconds=whole)
        web = GuardedWeb(DEVELOPMENT_HTTP_HOSTS, resolve, server.tls, limits)
        return MetadataFetcher(web, largest=50_000)

    return made


Fetchers = Callable[..., MetadataFetcher]


def fault(fetch: MetadataFetcher, url: str) -> str:
    with pytest.raises(SourceFault) as caught:
        fetch(url)
    return caught.value.code


def test_it_brings_the_document_whatever_its_type(
    fetcher: Fetchers, server: MetadataServer
) -> None:
    assert fetcher()(server.url()) == DOCUMENT
    assert server.hosts_asked[-1] == f"{HOST}:{server.port}"


def test_it_follows_a_redirect_or_two(fetcher: Fetchers, server: MetadataServer) -> None:
    server.leads_to |= {"/old": "/older", "/older": server.url()}
    assert fetcher()(server.url("/old")) == DOCUMENT


def test_it_does_not_follow_for_ever(fetcher: Fetchers, server: MetadataServer) -> None:
    server.leads_to["/round"] = "/round"
    assert fault(fetcher(), server.url("/round")) == "source-redirects"


@pytest.mark.parametrize(
    ("leads_to", "code"),
    [
        ("https://10.0.0.1/", "source-private"),
        ("https://[::ffff:169.254.169.254]/latest/meta-data", "source-private"),
        ("http://example.com/", "source-url"),
        ("file:///etc/passwd", "source-url"),
        ("https://user:secret@example.com/", "source-url"),
        ("//[no-address", "source-url"),
    ],
)
def test_a_redirect_is_judged_as_the_first_address_was(
    server: MetadataServer, leads_to: str, code: str
) -> None:
    server.leads_to["/away"] = leads_to

    def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host == HOST else [host]

    fetch = MetadataFetcher(GuardedWeb(DEVELOPMENT_HTTP_HOSTS, resolve, server.tls))
    assert fault(fetch, server.url("/away")) == code


@pytest.mark.parametrize("address", ["10.1.2.3", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_to_a_private_address_is_not_asked(address: str) -> None:
    fetch = MetadataFetcher(GuardedWeb((), answering(address)))
    assert fault(fetch, "https://agency.no/md") == "source-private"


def test_one_private_address_among_others_is_one_too_many() -> None:
    fetch = MetadataFetcher(GuardedWeb((), lambda host, port: ["93.184.215.14", "10.0.0.1"]))
    assert fault(fetch, "https://agency.no/md") == "source-private"


def test_in_production_this_machine_is_private_too(server: MetadataServer) -> None:
    fetch = MetadataFetcher(GuardedWeb((), answering("127.0.0.1"), server.tls))
    assert fault(fetch, server.url()) == "source-private"


def test_the_connection_goes_to_the_address_that_was_judged(
    fetcher: Fetchers, server: MetadataServer
) -> None:
    """A name server that answers something else the second time is not asked a second time."""
    assert fetcher(answering("127.0.0.1", "10.0.0.1"))(server.url()) == DOCUMENT


def test_a_document_without_end_is_cut_off(fetcher: Fetchers, server: MetadataServer) -> None:
    server.documents["/huge"] = b"x" * 60_000
    assert fault(fetcher(), server.url("/huge")) == "source-large"


@pytest.mark.parametrize("path", ["/slow", "/slow-head"])
def test_a_server_that_drips_is_left_in_time(
    fetcher: Fetchers, server: MetadataServer, path: str
) -> None:
    assert fault(fetcher(whole=0.3), server.url(path)) == "source-slow"


def test_a_certificate_for_another_name_is_not_trusted(
    fetcher: Fetchers, server: MetadataServer
) -> None:
    assert fault(fetcher(), server.url(host="localhost")) == "source-tls"


def test_a_page_that_is_not_there_is_no_metadata(
    fetcher: Fetchers, server: MetadataServer
) -> None:
    assert fault(fetcher(), server.url("/nothing")) == "source-status"


def test_a_server_that_is_away_is_said_to_be(fetcher: Fetchers) -> None:
    assert fault(fetcher(), f"https://{HOST}:{silent_port()}/") == "source-away"
    assert fault(fetcher(lambda host, port: []), f"https://{HOST}/") == "source-away"


@pytest.mark.parametrize(
    "url",
    ["http://agency.no/", "ftp://agency.no/", "https://[agency.no", "https://a.no/" + "x" * 2048],
)
def test_an_address_that_is_none_is_not_tried(url: str) -> None:
    def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError("looked up")

    assert fault(MetadataFetcher(GuardedWeb((), never)), url) == "source-url"
