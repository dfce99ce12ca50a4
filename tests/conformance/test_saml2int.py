"""The SAML V2.0 Deployment Profile for Federation Interoperability, requirement by requirement.

A test's name begins with the id of what it shows.  docs/conformance.md lists every
requirement, and says of those without a test why they do not apply.
"""

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import xmlsec
from lxml import etree

from certs.certificate import Certificate
from hub.settings import BadSettings, Settings
from metadata import names, parse, validate
from metadata.description import EncryptionKey, Endpoint
from metadata.encryption import encrypted_assertion, methods_for
from metadata.validate import LEAST_KEY_BITS
from tests.builders import (
    CONSUMER,
    HUB,
    REGISTERED,
    SP,
    STRANGER,
    a_policy,
)
from tests.hub.logout_messages import (
    Sent,
    a_logout_request,
    a_logout_response,
    asks,
    leg,
    sent_by,
    slo_address,
    visited,
)
from tests.hub.world import OPEN, SEALED, Browser, World, ask, log_in, logged_in
from tests.metadata.sample_metadata import a_key, a_role, an_entity

MD, SAML, DS = f"{{{names.MD}}}", f"{{{names.SAML}}}", f"{{{names.DS}}}"
UI = f"{{{names.MDUI}}}"
MOST = 256  # characters
REFUSED = 400  # the same page and status for whatever was wrong


def services(published: etree._Element) -> list[etree._Element]:
    kinds = ("SingleSignOnService", "SingleLogoutService", "ArtifactResolutionService")
    return list(published.iter(*(f"{MD}{kind}" for kind in kinds)))


def certificates(published: etree._Element) -> list[Certificate]:
    keys = published.iter(f"{MD}KeyDescriptor")
    texts = [key.findtext(f".//{DS}X509Certificate") for key in keys]
    return [Certificate.from_base64(str(text)) for text in texts]


def texts_of(root: etree._Element) -> list[str]:
    """All content and attributes but those of keys, signatures and ciphertexts."""
    found = []
    for element in root.iter():
        if not str(element.tag).startswith((DS, f"{{{names.XENC}}}")):
            found += [element.text or "", *map(str, element.attrib.values())]
    return found


def assertion_in(root: etree._Element) -> etree._Element:
    """Decrypted with the service provider's key."""
    encrypted = root.find(f"{SAML}EncryptedAssertion")
    assert encrypted is not None
    manager = xmlsec.KeysManager()
    pem = xmlsec.constants.KeyDataFormatPem
    manager.add_key(xmlsec.Key.from_memory(REGISTERED.key_pem, pem))
    return xmlsec.EncryptionContext(manager).decrypt(encrypted[0])


def only_leg(browser: Browser) -> Sent:
    """What the one other service of this logout is told."""
    [number] = browser.page.dom.xpath("//@data-number")
    return leg(browser, int(number))


# --- general ------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [-3, 3])
def test_sdp_g01_a_request_may_come_from_a_clock_three_minutes_off(
    world: World, minutes: int
) -> None:
    at = world.clock.now() + timedelta(minutes=minutes)
    assert ask(world, world.browser(), issued_at=at).status == 200


def test_sdp_g01_a_logout_may_be_three_minutes_late(world: World) -> None:
    browser = world.browser()
    visit = visited(world, browser, "https://late.example.no")
    late = (world.clock.now() - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    xml = a_logout_request(world, visit, NotOnOrAfter=late)
    answer = sent_by(browser.open(slo_address(xml), follow=False))
    assert answer.status == ("Success",)


def test_sdp_g02_nothing_that_is_told_is_longer_than_256_characters(
    world: World, published: etree._Element
) -> None:
    answer = logged_in(world).page.answer()
    assert max(map(len, (*texts_of(answer), *texts_of(published)))) <= MOST


def test_sdp_g03_no_message_has_a_document_type(world: World) -> None:
    tree = logged_in(world).page.answer().getroottree()
    assert tree.docinfo.internalDTD is None and not tree.docinfo.doctype


def test_sdp_g04_the_hub_is_named_by_an_absolute_uri(published: etree._Element) -> None:
    entity_id = str(published.get("entityID"))
    assert urlsplit(entity_id).scheme == "https" and len(entity_id) <= MOST


# --- metadata -----------------------------------------------------------------------------


def test_sdp_md01_the_services_metadata_decide_its_addresses_and_keys(world: World) -> None:
    entity_id = "https://moved.example.no"
    for place in ("/first", "/second"):
        consumers = (Endpoint(names.HTTP_POST, entity_id + place, 0, True),)
        world.register(entity_id, consumers=consumers)
        assert logged_in(world, issuer=entity_id).page.post.action == entity_id + place


def test_sdp_md02_the_key_that_signs_the_metadata_does_not_stand_in_it(
    published: etree._Element,
) -> None:
    signer = published.findtext(f"{DS}Signature/{DS}KeyInfo//{DS}X509Certificate")
    assert Certificate.from_base64(str(signer)) not in certificates(published)


def test_sdp_md03_metadata_past_its_date_is_worth_nothing(world: World) -> None:
    soon = world.clock.now() + timedelta(minutes=1)
    world.register("https://ending.example.no", valid_until=soon)
    assert ask(world, world.browser(), issuer="https://ending.example.no").status == 200
    world.register("https://ending.example.no", valid_until=soon - timedelta(hours=1))
    assert ask(world, world.browser(), issuer="https://ending.example.no").status == REFUSED


def test_sdp_md04_every_address_in_the_metadata_is_served(
    world: World, published: etree._Element
) -> None:
    routes = {
        (rule.rule, method)
        for rule in world.app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for service in services(published):
        path = str(service.get("Location")).removeprefix(HUB)
        is_redirect = service.get("Binding") == names.HTTP_REDIRECT
        assert (path, "GET" if is_redirect else "POST") in routes


def test_sdp_md05_keys_are_told_as_certificates(published: etree._Element) -> None:
    keys = list(published.iter(f"{MD}KeyDescriptor"))
    assert keys and len(certificates(published)) == len(keys)


def test_sdp_md06_rsa_keys_have_2048_bits_and_3072_unless_told_otherwise(
    published: etree._Element,
) -> None:
    assert all(one.key_bits >= 2048 for one in certificates(published))
    assert Settings(base_url=HUB, instance=Path("instance")).key_kind == "rsa-3072"
    assert LEAST_KEY_BITS["RSA"] == 2048


def test_sdp_md07_ec_keys_have_256_bits() -> None:
    assert LEAST_KEY_BITS["EC"] == 256


def test_sdp_md08_there_is_a_key_that_signs(published: etree._Element) -> None:
    [role] = published.iter(f"{MD}IDPSSODescriptor")
    assert role.find(f"{MD}KeyDescriptor[@use='signing']") is not None


def test_sdp_md08_a_service_without_an_encryption_key_is_warned(now: datetime) -> None:
    described = parse.parse(an_entity(a_role(keys=a_key("signing"))).encode())
    codes = [problem.code for problem in validate.problems(described, now)]
    assert "encryption-key-missing" in codes


def test_sdp_md09_the_hub_has_a_name_and_a_logo(published: etree._Element) -> None:
    [told] = published.iter(f"{UI}UIInfo")
    languages = {
        one.get("{http://www.w3.org/XML/1998/namespace}lang")
        for one in told.iter(f"{UI}DisplayName")
    }
    assert languages == {"nb", "nn", "se", "en"}
    assert told.find(f"{UI}Logo") is not None


def test_sdp_md10_the_logo_has_an_https_address(published: etree._Element) -> None:
    [logo] = published.iter(f"{UI}Logo")
    assert str(logo.text).startswith("https://")


# --- algorithms ---------------------------------------------------------------------------


@pytest.mark.parametrize("content", [names.AES128_GCM, names.AES256_GCM])
@pytest.mark.parametrize("transport", [names.RSA_OAEP_MGF1P, names.RSA_OAEP])
def test_sdp_alg01_each_method_of_encryption_is_used_when_listed(
    content: str, transport: str
) -> None:
    key = EncryptionKey(REGISTERED.certificate, (content, transport), (names.SHA256,))
    chosen = methods_for(key)
    assert (chosen.data, chosen.key, chosen.digest) == (content, transport, names.SHA256)
    told = f'<saml:Assertion xmlns:saml="{names.SAML}"/>'.encode()
    root = etree.fromstring(b"<r>" + encrypted_assertion(told, key) + b"</r>")
    assert etree.tostring(assertion_in(root)) == told


def test_sdp_alg01_answers_are_signed_with_sha256_and_both_kinds_of_key_are_verified(
    world: World,
) -> None:
    answer = logged_in(world).page.answer()
    methods = {one.get("Algorithm") for one in answer.iter(f"{DS}SignatureMethod")}
    digests = {one.get("Algorithm") for one in answer.iter(f"{DS}DigestMethod")}
    assert (methods, digests) == ({names.RSA_SHA256}, {names.SHA256})
    assert {names.RSA_SHA256, names.ECDSA_SHA256} <= names.ACCEPTED_SIGNATURES


# --- Web Browser SSO: requests ----------------------------------------------------------------


def test_sdp_idp01_a_login_is_answered_as_the_browser_sso_profile_says(world: World) -> None:
    answer = logged_in(world, id="_profile").page.answer()
    [data] = answer.iter(f"{SAML}SubjectConfirmationData")
    [confirmation] = answer.iter(f"{SAML}SubjectConfirmation")
    assert confirmation.get("Method") == names.BEARER
    assert (data.get("InResponseTo"), data.get("Recipient")) == ("_profile", CONSUMER)
    assert [one.text for one in answer.iter(f"{SAML}Audience")] == [SP]


def test_sdp_idp02_a_request_comes_by_redirect(
    world: World, published: etree._Element
) -> None:
    bindings = [one.get("Binding") for one in published.iter(f"{MD}SingleSignOnService")]
    assert names.HTTP_REDIRECT in bindings
    assert ask(world, world.browser()).status == 200


def test_sdp_idp03_production_has_no_address_without_tls() -> None:
    with pytest.raises(BadSettings):
        Settings.from_environ({"MINID_BASE_URL": "http://minid.example.no"})


def test_sdp_idp04_an_unsigned_request_is_served_unless_the_metadata_says_that_all_are_signed(
    world: World,
) -> None:
    assert ask(world, world.browser(), issuer=OPEN, signed_by=None).status == 200
    assert ask(world, world.browser(), issuer=SP, signed_by=None).status == REFUSED


def test_sdp_idp05_a_wrong_signature_is_refused_even_where_none_is_needed(
    world: World,
) -> None:
    assert ask(world, world.browser(), issuer=OPEN, signed_by=STRANGER).status == REFUSED


def test_sdp_idp06_an_answer_goes_to_a_registered_address_or_to_the_default(
    world: World,
) -> None:
    stranger = "https://sp.example.no/acs?"
    assert ask(world, world.browser(), AssertionConsumerServiceURL=stranger).status == REFUSED
    asked = logged_in(world, AssertionConsumerServiceURL=f"{SP}/other").page
    assert asked.post.action == f"{SP}/other"
    assert logged_in(world).page.post.action == CONSUMER


def test_sdp_idp07_a_forced_login_asks_again_and_says_when(world: World) -> None:
    browser = logged_in(world)
    before = browser.page.answer().find(f".//{SAML}AuthnStatement")
    world.clock.move(minutes=4)
    assert not ask(world, browser, ForceAuthn="true").is_answer
    after = log_in(world, browser).answer().find(f".//{SAML}AuthnStatement")
    assert before is not None and after is not None
    assert str(after.get("AuthnInstant")) > str(before.get("AuthnInstant"))


# --- Web Browser SSO: responses ---------------------------------------------------------------


def test_sdp_idp08_the_answer_goes_by_post(world: World) -> None:
    post = logged_in(world).page.post
    assert post.action == CONSUMER and "SAMLResponse" in dict(post.fields)


def test_sdp_idp09_the_response_itself_is_signed(world: World) -> None:
    assert logged_in(world).page.answer().find(f"{DS}Signature") is not None


def test_sdp_idp10_there_is_one_assertion_with_one_statement_of_each_kind(
    world: World,
) -> None:
    answer = logged_in(world).page.answer()
    for name in ("Assertion", "AuthnStatement", "AttributeStatement"):
        assert len(list(answer.iter(f"{SAML}{name}"))) == 1


def test_sdp_idp11_the_assertion_is_encrypted_as_a_whole(world: World) -> None:
    answer = logged_in(world, issuer=SEALED).page.answer()
    assert answer.find(f"{SAML}Assertion") is None
    inside = assertion_in(answer)
    assert not list(inside.iter(f"{SAML}EncryptedID", f"{SAML}EncryptedAttribute"))


def test_sdp_idp12_the_name_is_transient_unless_another_is_asked_for(world: World) -> None:
    assert logged_in(world).page.name_id.get("Format") == names.TRANSIENT


def test_sdp_idp13_subject_identifiers_are_given(world: World) -> None:
    attributes = ("pairwise-id", "subject-id")
    entity_id = "https://both.example.no"
    world.register(entity_id, a_policy(attributes=attributes, legal_basis=None))
    told = logged_in(world, issuer=entity_id).page.attributes
    assert {names.PAIRWISE_ID, names.SUBJECT_ID} <= told.keys()


def test_sdp_idp14_the_scope_of_subject_identifiers_is_told(
    published: etree._Element,
) -> None:
    [scope] = published.iter(f"{{{names.SHIBMD}}}Scope")
    assert (scope.text, scope.get("regexp")) == (urlsplit(HUB).hostname, "false")


def test_sdp_idp15_what_the_metadata_says_it_needs_decides_which_identifier_is_sent(
    world: World,
) -> None:
    entity_id = "https://signals.example.no"
    policy = a_policy(attributes=("pairwise-id", "subject-id"), legal_basis=None)
    world.register(entity_id, policy, subject_id_requirement="pairwise-id")
    told = logged_in(world, issuer=entity_id).page.attributes
    assert names.PAIRWISE_ID in told and names.SUBJECT_ID not in told


def test_sdp_idp18_subject_identifiers_have_the_name_format_uri(world: World) -> None:
    entity_id = "https://formats.example.no"
    world.register(entity_id, a_policy(attributes=("pairwise-id",), legal_basis=None))
    answer = logged_in(world, issuer=entity_id).page.answer()
    [attribute] = answer.iter(f"{SAML}Attribute")
    assert attribute.get("NameFormat") == names.URI_NAME_FORMAT


def test_sdp_idp19_each_value_is_one_text(world: World) -> None:
    values = list(logged_in(world).page.answer().iter(f"{SAML}AttributeValue"))
    assert values and all(len(value) == 0 and value.text for value in values)


# --- Single Logout ------------------------------------------------------------------------------


def test_sdp_idp21_a_logout_ends_the_session(world: World) -> None:
    browser = world.browser()
    visit = visited(world, browser, "https://out.example.no")
    assert sent_by(asks(world, browser, visit, follow=False)).status == ("Success",)
    assert not ask(world, browser).is_answer


def test_sdp_idp24_other_services_are_told_by_redirect(world: World) -> None:
    browser = world.browser()
    other = visited(world, browser, "https://told.example.no")
    visit = visited(world, browser, "https://telling.example.no")
    asks(world, browser, visit)
    told = only_leg(browser)
    assert told.to == f"{other.entity_id}/slo"
    assert etree.QName(told.message).localname == "LogoutRequest"


def test_sdp_idp25_a_logout_is_asked_for_by_redirect(published: etree._Element) -> None:
    bindings = [one.get("Binding") for one in published.iter(f"{MD}SingleLogoutService")]
    assert names.HTTP_REDIRECT in bindings


def test_sdp_idp26_our_logout_requests_are_signed_in_the_query(world: World) -> None:
    browser = world.browser()
    visited(world, browser, "https://signed.example.no")
    visit = visited(world, browser, "https://signing.example.no")
    asks(world, browser, visit)
    assert {"SigAlg", "Signature"} <= only_leg(browser).fields.keys()


def test_sdp_idp27_our_logout_requests_name_the_person_in_clear(world: World) -> None:
    browser = world.browser()
    other = visited(world, browser, "https://named.example.no")
    visit = visited(world, browser, "https://naming.example.no")
    asks(world, browser, visit)
    assert only_leg(browser).message.findtext(f"{SAML}NameID") == other.name_id


def test_sdp_idp28_a_logout_is_answered_by_redirect(world: World) -> None:
    browser = world.browser()
    visit = visited(world, browser, "https://answered.example.no")
    answer = sent_by(asks(world, browser, visit, follow=False))
    assert answer.to == f"{visit.entity_id}/slo"
    assert etree.QName(answer.message).localname == "LogoutResponse"


def test_sdp_idp29_others_answer_by_redirect(world: World) -> None:
    browser = world.browser()
    other = visited(world, browser, "https://answers.example.no")
    visit = visited(world, browser, "https://waits.example.no")
    asks(world, browser, visit)
    page = browser.page.path
    said = a_logout_response(world, only_leg(browser).message, other.entity_id)
    assert browser.open(slo_address(said, "SAMLResponse")).status == 200
    assert sent_by(browser.open(page, follow=False)).status == ("Success",)


def test_sdp_idp30_our_logout_responses_are_signed_in_the_query(world: World) -> None:
    browser = world.browser()
    visit = visited(world, browser, "https://sealing.example.no")
    answer = sent_by(asks(world, browser, visit, follow=False))
    assert {"SigAlg", "Signature"} <= answer.fields.keys()


def test_sdp_idp31_the_status_says_whether_the_session_ended(world: World) -> None:
    browser = world.browser()
    visit = visited(world, browser, "https://status.example.no")
    assert sent_by(asks(world, browser, visit, follow=False)).status == ("Success",)
    unknown = asks(
        world, world.browser(), visit, follow=False,
        content=f'<saml:NameID Format="{names.TRANSIENT}">_nobody</saml:NameID>',
    )  # fmt: skip
    assert sent_by(unknown).status == ("Requester", "UnknownPrincipal")


# --- the rest ---------------------------------------------------------------------------------


def test_sdp_idp32_any_of_several_keys_of_a_service_signs_its_requests(world: World) -> None:
    entity_id = "https://two-keys.example.no"
    keys = (STRANGER.certificate, REGISTERED.certificate)
    world.register(entity_id, signing_certificates=keys)
    for pair in (REGISTERED, STRANGER):
        assert ask(world, world.browser(), issuer=entity_id, signed_by=pair).status == 200


def test_sdp_idp33_the_metadata_has_all_that_a_service_needs(
    published: etree._Element,
) -> None:
    [role] = published.iter(f"{MD}IDPSSODescriptor")
    for path in ("SingleSignOnService", "SingleLogoutService", "KeyDescriptor"):
        assert role.find(f"{MD}{path}") is not None
    assert role.find(f"{MD}Extensions/{UI}UIInfo") is not None
    assert str(role.get("errorURL")).startswith("https://")
    technical = published.find(f"{MD}ContactPerson[@contactType='technical']")
    assert technical is not None and technical.find(f"{MD}EmailAddress") is not None
