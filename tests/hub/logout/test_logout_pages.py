"""The hub's own logout pages: who is told, whose answer counts, what is said of each."""

import pytest

from hub.person import read_number
from hub.saml import soap
from metadata import names
from metadata.description import Endpoint
from metadata.safe_xml import text_of
from tests.builders import HUB, REGISTERED, STRANGER
from tests.hub.logout_messages import (
    ASKER,
    OTHER,
    PARTIAL,
    SUCCESS,
    SoapPeers,
    Visit,
    a_logout_response,
    asks,
    confirming,
    is_away,
    is_silent,
    leg,
    sent_by,
    slo_address,
    slo_form,
    soap_at,
    verdicts,
    visited,
)
from tests.hub.world import KARI, OLA, Browser, World, log_in, logged_in

AT_OTHER = f"{OTHER}/slo/soap"


@pytest.fixture
def citizen(world: World) -> Browser:
    return world.browser()


@pytest.fixture
def asker(world: World, citizen: Browser) -> Visit:
    return visited(world, citizen, ASKER, display_names=(("nb", "Spørjaren"),))


@pytest.fixture
def other(world: World, citizen: Browser, asker: Visit) -> Visit:
    """A second service in the same session, which only the browser can tell."""
    return visited(world, citizen, OTHER, display_names=(("nb", "Den andre"),))


def answers(world: World, citizen: Browser, **changes: object) -> str:
    """The second service answers the leg; what the page says of it after that."""
    signed_by = changes.pop("signed_by", REGISTERED)
    home = citizen.page.path
    asked = leg(citizen, 2).message
    xml = a_logout_response(world, asked, str(changes.pop("issuer", OTHER)), **changes)
    citizen.open(slo_address(xml, "SAMLResponse", signed_by=signed_by))  # type: ignore[arg-type]
    citizen.open(home, follow=False)
    return verdicts(citizen).get("Den andre", "out") if citizen.page.status == 200 else "out"


def test_it_names_each_service_and_how_far_it_came(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    asks(world, citizen, asker)
    assert verdicts(citizen) == {"Den andre": "not-yet"}


def test_a_leg_names_the_person_as_the_assertion_did(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    asks(world, citizen, asker)
    sent = leg(citizen, 2)
    (name_id,) = sent.message.iter(f"{{{names.SAML}}}NameID")
    (index,) = sent.message.iter(f"{{{names.SAMLP}}}SessionIndex")
    assert sent.to == sent.message.get("Destination") == f"{OTHER}/slo"
    assert (text_of(name_id), name_id.get("Format")) == (other.name_id, other.name_id_format)
    assert text_of(index) == other.session_index


def test_a_persistent_name_goes_out_with_its_qualifiers(
    world: World, citizen: Browser, asker: Visit
) -> None:
    visited(world, citizen, OTHER, name_id_formats=(names.PERSISTENT,))
    asks(world, citizen, asker)
    (name_id,) = leg(citizen, 2).message.iter(f"{{{names.SAML}}}NameID")
    assert name_id.get("NameQualifier") == world.settings.own_entity_id
    assert name_id.get("SPNameQualifier") == OTHER


def test_a_leg_says_why_and_until_when(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    asks(world, citizen, asker)
    message = leg(citizen, 2).message
    assert message.get("Reason") == "urn:oasis:names:tc:SAML:2.0:logout:user"
    assert message.get("NotOnOrAfter") == "2026-01-02T03:09:30Z"


def test_a_leg_by_post_is_a_signed_form(world: World, citizen: Browser, asker: Visit) -> None:
    visited(world, citizen, OTHER, logout=(Endpoint(names.HTTP_POST, f"{OTHER}/slo"),))
    home = asks(world, citizen, asker)
    page = citizen.open(f"{home.path}/leg/2")
    assert page.post.action == f"{OTHER}/slo"
    assert page.response.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"


def test_when_the_last_has_confirmed_the_asker_is_told_success(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    asks(world, citizen, asker)
    assert answers(world, citizen) == "out"
    sent = sent_by(citizen.page)
    assert (sent.to, sent.status) == (f"{ASKER}/slo", SUCCESS)


def test_going_on_early_tells_the_asker_partial_logout_once(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    asks(world, citizen, asker)
    home = citizen.page
    sent = sent_by(citizen.send(follow=False))
    assert (citizen.page.status, sent.status) == (200, PARTIAL)
    citizen.page = home
    assert citizen.send().path == home.path


def test_an_answer_by_post_counts_too(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    home = asks(world, citizen, asker)
    xml = a_logout_response(world, leg(citizen, 2).message, OTHER)
    citizen.post_from_elsewhere(slo_form(xml, "SAMLResponse"), "/saml/slo")
    assert sent_by(citizen.open(home.path, follow=False)).status == SUCCESS


def test_an_answer_is_on_record_once(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    asks(world, citizen, asker)
    address = slo_address(a_logout_response(world, leg(citizen, 2).message, OTHER), "SAMLResponse")
    for _ in range(2):
        citizen.open(address)
    assert [row["entity_id"] for row in world.events("logout-confirmed")] == [OTHER]


def test_a_service_that_can_take_no_answer_leaves_the_person_at_the_hub(
    world: World, citizen: Browser
) -> None:
    visit = visited(world, citizen, ASKER, logout=soap_at(ASKER))
    page = asks(world, citizen, visit)
    assert "Du er logget ut av MinID" in page.text
    assert not page.dom.xpath("//button[@name='continue']")


def test_an_error_status_is_told_as_an_error(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    asks(world, citizen, asker)
    assert answers(world, citizen, status=("Responder",)) == "error"


def test_a_partial_logout_behind_a_service_is_no_confirmation(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    asks(world, citizen, asker)
    assert answers(world, citizen, status=PARTIAL) == "error"


@pytest.mark.parametrize(
    "changes",
    [
        {"signed_by": None},
        {"signed_by": STRANGER},
        {"issuer": ASKER},
        {"InResponseTo": "_made-up"},
        {"InResponseTo": None},
        {"destination": f"{HUB}/saml/sso"},
        {"issued_at": "2025-12-31T00:00:00Z"},
    ],
    ids=["unsigned", "foreign key", "other service", "unasked", "to nothing", "elsewhere", "old"],
)
def test_an_answer_that_cannot_be_believed_changes_nothing(
    world: World, citizen: Browser, asker: Visit, other: Visit, changes: dict[str, object]
) -> None:
    asks(world, citizen, asker)
    assert answers(world, citizen, **changes) == "pending"


def test_an_answer_counts_once(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    home = asks(world, citizen, asker)
    asked = leg(citizen, 2).message
    refused = a_logout_response(world, asked, OTHER, status=("Responder",))
    citizen.open(slo_address(refused, "SAMLResponse"))
    confirmed = a_logout_response(world, asked, OTHER)
    page = citizen.open(slo_address(confirmed, "SAMLResponse"))
    assert page.status == 400
    citizen.open(home.path)
    assert verdicts(citizen) == {"Den andre": "error"}


def test_a_service_that_says_nothing_is_told_as_silent_after_five_seconds(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    home = asks(world, citizen, asker)
    leg(citizen, 2)
    world.clock.move(seconds=5)
    citizen.open(home.path)
    assert verdicts(citizen) == {"Den andre": "silent"}


def test_a_service_without_an_address_cannot_be_told(
    world: World, citizen: Browser, asker: Visit
) -> None:
    visited(world, citizen, OTHER, logout=(), display_names=(("nb", "Den andre"),))
    asks(world, citizen, asker)
    assert verdicts(citizen) == {"Den andre": "cannot"}


def test_a_service_that_was_suspended_meanwhile_is_told_nothing(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    world.suspend(OTHER)
    home = asks(world, citizen, asker)
    assert list(verdicts(citizen).values()) == ["cannot"]
    assert citizen.open(f"{home.path}/leg/2").code == "logout-unknown"


def test_another_browser_sees_neither_page_nor_leg(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    home = asks(world, citizen, asker)
    stranger = world.browser()
    for path in (home.path, f"{home.path}/leg/2", f"{home.path}/state"):
        assert stranger.open(path).code == "logout-foreign"


def test_the_script_is_told_the_same_truth(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    home = asks(world, citizen, asker)
    state = citizen.open(f"{home.path}/state").response.get_json()
    assert state == {"legs": [{"number": 2, "text": "Ikke logget ut ennå", "verdict": "not-yet"}]}


def test_the_page_speaks_the_readers_language(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    home = asks(world, citizen, asker)
    for locale, words in (("nn", "Ikkje logga ut enno"), ("en", "Not logged out yet")):
        assert words in citizen.open(f"{home.path}?locale={locale}").text


# --- by the back channel --------------------------------------------------------------------


@pytest.fixture
def peers(world: World) -> SoapPeers:
    made = SoapPeers({AT_OTHER: confirming(world)})
    world.replace(soap=made)
    return made


@pytest.fixture
def behind(world: World, citizen: Browser, asker: Visit, peers: SoapPeers) -> Visit:
    """A second service, with a back channel alone."""
    return visited(
        world, citizen, OTHER, logout=soap_at(OTHER), display_names=(("nb", "Den andre"),)
    )


def test_a_service_behind_the_back_channel_is_told_without_a_page(
    world: World, citizen: Browser, asker: Visit, behind: Visit, peers: SoapPeers
) -> None:
    assert sent_by(asks(world, citizen, asker, follow=False)).status == SUCCESS
    ((url, message),) = peers.asked
    assert (url, message.get("Destination")) == (AT_OTHER, AT_OTHER)


@pytest.mark.parametrize(
    ("how", "verdict"),
    [("silent", "silent"), ("away", "unreachable"), ("fault", "unreachable")],
)
def test_a_back_channel_that_fails_is_told_as_it_is(
    world: World, citizen: Browser, asker: Visit, behind: Visit, peers: SoapPeers,
    how: str, verdict: str,
) -> None:
    peers.answers[AT_OTHER] = {
        "silent": is_silent, "away": is_away, "fault": lambda asked: soap.fault()
    }[how]
    asks(world, citizen, asker)
    assert verdicts(citizen) == {"Den andre": verdict}


@pytest.mark.parametrize(
    "changes", [{"InResponseTo": "_other"}, {"issuer": ASKER}, {"root": "samlp:Response"}]
)
def test_a_wrong_answer_by_the_back_channel_is_no_confirmation(
    world: World, citizen: Browser, asker: Visit, behind: Visit, peers: SoapPeers,
    changes: dict[str, str],
) -> None:
    peers.answers[AT_OTHER] = confirming(world, **changes)
    asks(world, citizen, asker)
    assert verdicts(citizen) == {"Den andre": "unreachable"}


def test_where_the_back_channel_fails_the_browser_is_the_second_way(
    world: World, citizen: Browser, asker: Visit, peers: SoapPeers
) -> None:
    both = (*soap_at(OTHER), Endpoint(names.HTTP_REDIRECT, f"{OTHER}/slo"))
    visited(world, citizen, OTHER, logout=both, display_names=(("nb", "Den andre"),))
    peers.answers[AT_OTHER] = is_away
    asks(world, citizen, asker)
    first = peers.asked[0][1].get("ID")
    second = leg(citizen, 2)
    assert second.to == f"{OTHER}/slo" and second.message.get("ID") != first


# --- by the person --------------------------------------------------------------------------


def test_logging_out_at_the_hub_tells_every_service(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    citizen.open("/logout")
    citizen.send()
    assert verdicts(citizen) == {"Spørjaren": "not-yet", "Den andre": "not-yet"}
    assert citizen.open("/me").path != "/me"


def test_nobody_waits_for_an_answer_then(
    world: World, citizen: Browser, asker: Visit
) -> None:
    citizen.open("/logout")
    home = citizen.send()
    assert not home.dom.xpath("//button[@name='continue']")


def test_it_asks_first(world: World, citizen: Browser, asker: Visit) -> None:
    assert "Spørjaren" in citizen.open("/logout").text
    assert citizen.open("/me").path == "/me"


def test_it_tells_the_services_of_a_session_that_has_timed_out(
    world: World, citizen: Browser, asker: Visit
) -> None:
    world.clock.move(hours=3)
    citizen.open("/logout")
    citizen.send()
    assert verdicts(citizen) == {"Spørjaren": "not-yet"}


def test_without_a_session_there_is_nothing_to_end(world: World, citizen: Browser) -> None:
    assert "Du er ikke logget inn" in citizen.open("/logout").text


def test_another_person_in_the_same_browser_ends_the_first_ones_session(
    world: World, citizen: Browser, asker: Visit, behind: Visit, peers: SoapPeers
) -> None:
    citizen.open("/login")
    log_in(world, citizen, OLA)
    assert [url for url, _ in peers.asked] == [AT_OTHER]
    kari = world.store.people.find(read_number(KARI.number))
    assert kari is not None
    assert [row["person_id"] for row in world.events("logged-out")] == [kari.id]


def test_no_identity_number_is_in_the_story(
    world: World, citizen: Browser, asker: Visit, other: Visit
) -> None:
    page = asks(world, citizen, asker)
    told = "".join(world.story(page.request_id)) + str(world.events())
    assert KARI.number not in told


def test_a_session_of_another_browser_goes_on(world: World, asker: Visit, citizen: Browser) -> None:
    elsewhere = logged_in(world, OLA)
    asks(world, citizen, asker, follow=False)
    assert elsewhere.open("/me").path == "/me"
