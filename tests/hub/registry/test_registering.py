"""The form of a registration in a whole hub: hand in, mend, build, decide, lose nothing."""

from io import BytesIO

import pytest

from metadata.description import Contact
from sp_registry import logos
from sp_registry.environment import Environment, key_of
from sp_registry.logos import accepted
from sp_registry.pages.draft import ATTRIBUTES, RELEASES
from sp_registry.service_provider import LOGOUT_WISHES, Policy
from sp_registry.staff import Role
from sp_registry.wishes import CONTACT_KINDS
from tests.builders import HUB, a_policy
from tests.hub.registry.test_staff import CONTACT_OF, DOCUMENT, send, sp_address, staff_browser
from tests.hub.world import (
    KARI,
    OLA,
    SP,
    Browser,
    Page,
    World,
    ask,
    desk,
    publish,
    register,
)
from tests.metadata.sample_keys import rsa_key
from tests.peers.metadata_server import metadata_server
from tests.sp_registry.test_logos import a_picture

NEW = "https://new.example.no"
PINNED = rsa_key().certificate.pem.strip()
FILLED = {
    "organisation": "889640782",
    "name_nb": "Ny etat", "name_nn": "Ny etat", "name_en": "New agency", "name_se": "Ođđa etáhta",
    "release": "own", "attribute_uid": "1", "attribute_epostadresse": "1",
    "legal_basis": "lov § 1", "basis_epostadresse": "lov § 2",
    "minimum": "3", "demand_signed": "1", "read_as_minimum": "1", "idp_initiated": "1",
    "logout_wish": "browser", "return_url": "https://new.example.no/",
    "on_behalf_of": "Aukra=Aukra kommune", "exception_rsa-sha1": "2031-01-01",
    "source_url": "https://new.example.no/md", "source_pins": PINNED,
    "contact_1_kind": "support", "contact_1_name": "Drift",
    "contact_1_email": "a@x.no, b@x.no",
}  # fmt: skip
EXPIRED = DOCUMENT.replace("entityID=", 'validUntil="2020-01-01T00:00:00Z" entityID=')


@pytest.fixture
def admin(world: World) -> Browser:
    browser = staff_browser(world, KARI, Role.ADMINISTRATOR)
    browser.open("/registry/new")
    return browser


def pressed(browser: Browser, button: str, value: str = "1", **fields: str) -> Page:
    return send(browser, "/registry/new", **{"metadata": DOCUMENT, button: value, **fields})


def shown(page: Page) -> dict[str, str]:
    """What the form holds now, the ticked boxes alone."""
    held = {}
    for one in page.dom.xpath("//form[@enctype]//*[self::input or self::select or self::textarea]"):
        kind = one.get("type")
        if kind == "checkbox" and one.get("checked") is None or kind in ("file", "hidden"):
            continue
        chosen = one.xpath("./option[@selected]/@value")
        value = one.text.strip() if one.tag == "textarea" else one.get("value")
        held[one.get("name")] = chosen[0] if chosen else value
    return held


def told(page: Page) -> list[str]:
    """Where the summary of what is wrong leads: to fields that are there, and not folded away."""
    leads = page.dom.xpath("//*[@class='ds-error-summary']//a/@href")
    ids = page.dom.xpath("//*[@id][not(ancestor::details[not(@open)])]/@id")
    return leads if all(one[1:] in ids for one in leads) else []


def proposed(world: World, entity_id: str = NEW) -> Policy:
    return desk(world.store).show(entity_id).proposed.policy


def test_no_button_loses_what_was_filled_in(admin: Browser) -> None:
    for button in ("check", "fix", "build"):
        page = pressed(admin, button, **FILLED)
        assert FILLED.items() <= shown(page).items(), button


def test_every_wish_of_the_form_is_in_the_proposal_and_comes_back(
    world: World, admin: Browser
) -> None:
    fields = dict(FILLED)
    del fields["demand_signed"]  # there is no key to check signatures with
    page = pressed(admin, "propose", **fields)
    policy = proposed(world)
    assert policy.attributes == ("uid", "epostadresse") and policy.profile is None
    assert policy.legal_basis == "lov § 1" and policy.bases == (("epostadresse", "lov § 2"),)
    assert dict(policy.display_names)["se"] == "Ođđa etáhta"
    assert policy.contacts == (Contact("support", "Drift", ("a@x.no", "b@x.no")),)
    assert policy.read_as_minimum and policy.idp_initiated and not policy.encrypt
    assert policy.logout_wish == "browser" and policy.on_behalf_of == (("Aukra", "Aukra kommune"),)
    assert str(policy.algorithm_exceptions[0][1]) == "2031-01-01"
    known = admin.open(f"/registry/new?sp={page.path.rpartition('/')[2]}")
    assert fields.items() <= shown(known).items()


def test_a_legal_basis_that_is_emptied_is_gone(world: World, admin: Browser) -> None:
    pressed(admin, "propose", release="pairwise-id", legal_basis="lov § 1")
    assert proposed(world).legal_basis == "lov § 1"
    admin.open("/registry/new")
    pressed(admin, "propose", release="pairwise-id", legal_basis="")
    assert proposed(world).legal_basis == "demo"  # what development gives


def test_a_quick_fix_is_applied_by_its_button_and_shown(admin: Browser) -> None:
    page = pressed(admin, "check", **{"metadata": EXPIRED})
    assert "metadata-expired" in page.text and "remove-valid-until" in fixes(page)
    page = pressed(admin, "fix", "remove-valid-until", metadata=EXPIRED)
    assert "validUntil" not in page.dom.xpath("//textarea[@id='metadata']")[0].text
    assert "metadata-expired" not in [one.text for one in page.dom.xpath("//li//code")]
    assert "-" in page.dom.xpath("//pre")[0].text_content()
    assert "remove-valid-until" not in fixes(page) and "name-id-missing" in page.text


def test_all_quick_fixes_are_applied_by_one_button(admin: Browser) -> None:
    page = pressed(admin, "fix", "all", metadata=EXPIRED)
    assert fixes(page) == [] and "NameIDFormat" in shown(page)["metadata"]


def test_the_latest_quick_fix_can_be_undone_until_the_next(admin: Browser) -> None:
    first = pressed(admin, "fix", "remove-valid-until", metadata=EXPIRED)
    mended = shown(first)["metadata"]
    (earlier,) = first.dom.xpath("//input[@name='earlier']/@value")
    pressed(admin, "check", metadata=mended, earlier=earlier)
    page = pressed(admin, "undo", metadata=mended, earlier=earlier)
    assert shown(page)["metadata"] == EXPIRED.strip() != mended
    assert "metadata-expired" in page.text and not page.dom.xpath("//button[@name='undo']")


def fixes(page: Page) -> list[str]:
    return page.dom.xpath("//button[@name='fix']/@value")


def test_the_first_button_of_the_form_only_looks(admin: Browser) -> None:
    page = pressed(admin, "check")
    assert page.dom.xpath("//form[@enctype]//button/@name")[0] == "check"


def test_metadata_are_built_for_a_service_that_has_none(world: World, admin: Browser) -> None:
    given = {
        "metadata": "", "build_entity_id": NEW, "build_consumer_url": f"{NEW}/acs",
        "build_logout_url": f"{NEW}/slo", "build_certificates": rsa_key().certificate.base64,
    }  # fmt: skip
    page = pressed(admin, "build", **given, name_nb="Ny\x01 etat\uffff")  # which no XML holds
    built = shown(page)["metadata"]
    assert page.status == 200 and f'entityID="{NEW}"' in built and ">Ny etat<" in built
    pressed(admin, "propose", metadata=built)
    assert desk(world.store).show(NEW).proposed.must_sign_requests


def test_metadata_are_fetched_from_their_address(world: World) -> None:
    """In development mode a server on this machine may be asked."""
    browser = staff_browser(world, KARI, Role.ADMINISTRATOR)
    browser.open("/registry/new")
    with metadata_server(over_tls=False) as server:
        server.documents["/md"] = DOCUMENT.encode()
        address = f"http://127.0.0.1:{server.port}/md"
        page = pressed(browser, "fetch", metadata="", source_url=address)
        assert page.status == 200 and NEW in shown(page)["metadata"]
        page = pressed(browser, "check", metadata="", source_url=address)
        assert NEW in shown(page)["metadata"]
        page = pressed(browser, "fetch", source_url=address, source_pins=PINNED)
        assert page.status == 422 and "ikke signert" in page.text
    page = pressed(browser, "propose", source_url=address)
    assert proposed(world).source_url == address
    assert "127.0.0.1" in page.text and "Ikke hentet" in page.text


def test_what_cannot_be_fetched_says_why_and_is_kept(admin: Browser) -> None:
    page = pressed(admin, "fetch", source_url="https://169.254.169.254/latest/meta-data")
    assert page.status == 422 and "åpne nettet" in page.text
    assert shown(page)["source_url"].startswith("https://169") and shown(page)["metadata"]
    page = pressed(admin, "fetch", source_url="https://x.no/", source_pins="oops")
    assert page.status == 422 and told(page)


def uploaded(browser: Browser, picture: bytes, **fields: str) -> Page:
    token = browser.page.inputs()["csrf_token"]
    sent = {"csrf_token": token, "metadata": DOCUMENT, **fields}
    response = browser.client.post(
        "/registry/new",
        data=sent | {"logo_file": (BytesIO(picture), "logo.png")},
        base_url=HUB,
        follow_redirects=True,
    )
    return browser._shown(response)


def test_an_uploaded_logo_is_kept_through_every_button_and_served(
    world: World, admin: Browser
) -> None:
    page = uploaded(admin, a_picture(), check="1")
    name = page.inputs()["logo"]
    assert f"/logos/{name}.webp" in page.dom.xpath("//form//img/@src")
    page = pressed(admin, "propose", logo=name)
    assert proposed(world).logo == name and "/logos/" in page.dom.xpath("//dd/img/@src")[0]
    answer = world.browser().client.get(f"/logos/{name}.webp", base_url=HUB)
    assert answer.headers["Content-Type"] == "image/webp" and b"WEBP" in answer.data[:16]
    assert "immutable" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    pressed(admin.open("/registry/new") and admin, "propose", logo=name, remove_logo="1")
    assert proposed(world).logo is None


def test_logos_that_nobody_proposes_are_limited_and_swept(world: World, admin: Browser) -> None:
    for width in range(logos.MOST_UNPROPOSED):
        kept = accepted(a_picture(size=(20 + width, 20)))
        world.store.database.write(
            lambda connection: logos.keep(connection, kept, world.clock.now(), CONTACT_OF)
        )
    page = uploaded(admin, a_picture(), organisation=CONTACT_OF, check="1")
    assert page.status == 422 and "for mange logoer" in page.text
    world.clock.move(minutes=7 * 24 * 60)
    assert world.store.sweep(world.clock.now()) >= logos.MOST_UNPROPOSED
    admin = staff_browser(world, KARI, None)
    admin.open("/registry/new")
    assert uploaded(admin, a_picture(), organisation=CONTACT_OF, check="1").inputs()["logo"]


def test_what_is_no_logo_is_said_and_never_named(world: World, admin: Browser) -> None:
    page = uploaded(admin, b"<svg/>", check="1", name_nb="Ny etat")
    assert page.status == 422 and "PNG, JPEG eller WebP" in page.text
    assert shown(page)["name_nb"] == "Ny etat"
    assert pressed(admin, "propose", logo="0" * 64).status == 422
    for name in ("0" * 64, "..%2f..%2fetc%2fpasswd"):
        assert world.browser().client.get(f"/logos/{name}.webp", base_url=HUB).status_code == 404


def test_the_login_page_shows_the_logo_of_the_service(world: World) -> None:
    """And never the one that metadata name on another server."""
    logo = accepted(a_picture())
    world.store.database.write(lambda connection: logos.keep(connection, logo, world.clock.now()))
    with_logo = a_policy(logo=logo.hash)
    register(world.store, world.settings, SP, with_logo, logo_urls=("https://x.no/a.png",))
    publish(world.store, world.settings)
    page = ask(world, world.browser())
    [image] = page.dom.xpath("//main//img")
    assert image.get("src") == f"/logos/{logo.hash}.webp" and image.get("alt") == ""


def test_what_cannot_be_built_says_so_at_each_field(admin: Browser) -> None:
    page = pressed(admin, "build", build_entity_id="no uri", build_certificates="oops")
    assert page.status == 422
    wrong = page.dom.xpath("//*[@aria-invalid='true']/@id")
    assert wrong == ["build_entity_id", "build_consumer_url", "build_certificates"]
    assert page.dom.xpath("//*[@class='ds-error-summary']//a/@href")[0] == "#build_entity_id"


UNMET = (
    ("organisation", "889640783"),
    ("return_url", "javascript:alert(1)"),
    ("on_behalf_of", "Aukra"),
    ("contact_1_email", "nobody"),
    ("exception_rsa-sha1", "tomorrow"),
    ("exception_rsa-sha1", "2020-01-01"),
    ("minimum", "4"),
    ("logout_wish", "perhaps"),
)


def test_a_wish_that_cannot_be_met_is_said_and_kept(admin: Browser) -> None:
    for field, value in UNMET:
        page = pressed(admin, "propose", **{field: value})
        assert page.status == 422 and told(page), field
        assert field in ("minimum", "logout_wish") or shown(page)[field] == value


def test_a_service_of_somebody_else_has_its_entity_id_taken(world: World) -> None:
    browser = staff_browser(world, OLA, Role.CONTACT, CONTACT_OF)
    browser.open("/registry/new")
    theirs = DOCUMENT.replace(f'"{NEW}"', f'"{SP}"')
    page = pressed(browser, "check", metadata=theirs, organisation=CONTACT_OF)
    assert "entity-id-taken" in page.text
    page = pressed(browser, "check", organisation=CONTACT_OF)
    assert "entity-id-taken" not in page.text


def test_a_change_of_the_service_itself_finds_nothing_taken(
    world: World, admin: Browser
) -> None:
    theirs = DOCUMENT.replace(f'"{NEW}"', f'"{SP}"')
    id = sp_address(world).rpartition("/")[2]
    assert "entity-id-taken" not in pressed(admin, "check", metadata=theirs, sp=id).text
    assert "entity-id-taken" in pressed(admin, "check", metadata=theirs).text


def test_test_and_production_are_two_entries_with_a_way_from_the_one_to_the_other(
    world: World, admin: Browser
) -> None:
    page = pressed(admin, "propose", environment="test", name_nb="Prøve")
    assert "Ingen logger inn med det her" in page.text
    id = page.path.rpartition("/")[2]
    page = admin.open(f"/registry/new?sp={id}&environment=production")
    assert shown(page)["environment"] == "production" and shown(page)["name_nb"] == "Prøve"
    page = pressed(admin, "propose", environment="production", name_nb="Ekte")
    assert page.path != f"/registry/sp/{id}" and "Ingen logger inn" not in page.text
    assert proposed(world, key_of(NEW, Environment.TEST)).display_names == (("nb", "Prøve"),)
    assert proposed(world).display_names == (("nb", "Ekte"),)
    assert "Prøve" in admin.open("/registry?environment=test").text
    assert "Prøve" not in admin.open("/registry?environment=production").text
    assert "Ekte" in admin.page.text


def test_metadata_come_first_and_all_the_rest_as_most_have_it(admin: Browser) -> None:
    assert "release" not in shown(admin.page)
    page = pressed(admin, "check", begins="1", environment="test", source_url="https://x.no/md")
    held = shown(page)
    assert held["environment"] == "test" and held["source_url"] == "https://x.no/md"
    assert held["encrypt"] == "1" and held["release"] == "V1" and "attribute_uid" in held


def test_the_first_step_keeps_what_was_typed_until_there_are_metadata(admin: Browser) -> None:
    page = pressed(admin, "build", metadata="", begins="1", build_entity_id="oops oops")
    assert shown(page)["build_entity_id"] == "oops oops" and "release" not in shown(page)
    assert told(page) and page.inputs()["begins"] == "1"


def test_what_the_form_says_is_not_missed_in_the_metadata(admin: Browser) -> None:
    missed = {"display-name-missing", "contact-missing"}
    codes = "//section//li//code/text()"
    page = pressed(admin, "check", contact_1_kind="other", contact_1_email="a@x.no")
    assert missed <= set(page.dom.xpath(codes))
    typed = {"contact_1_kind": "technical", "contact_1_email": "a@x.no", "name_nb": "Etaten"}
    found = set(pressed(admin, "check", **typed).dom.xpath(codes))
    assert found and not missed & found


def test_the_contents_tell_where_each_part_stands(admin: Browser) -> None:
    typed = {"return_url": "nowhere", "contact_1_email": "a@x.no", "encrypt": "1"}
    page = pressed(admin, "propose", **typed)
    rows = [one.text_content().split() for one in page.dom.xpath("//nav//ol/li")]
    states = {row[0]: row[-1] for row in rows if len(row) > 1}
    assert states["Hvem"] == "rettes" and states["Kontakter"] == "orden"
    assert states["Sjeldnere"] == "vanlig" and states["Hva"] == "over"


def test_every_choice_can_be_chosen(admin: Browser) -> None:
    page = pressed(admin, "check")
    options = page.dom.xpath("//select[@name=$name]/option/@value", name="release")
    assert set(options) == set(RELEASES)
    assert set(page.dom.xpath("//select[@name='logout_wish']/option/@value")) == set(LOGOUT_WISHES)
    assert set(page.dom.xpath("//select[@id='contact_1_kind']/option/@value")) == set(CONTACT_KINDS)
    ticked = {f"attribute_{name}" for name in ATTRIBUTES}
    assert ticked <= set(page.dom.xpath("//input[@type='checkbox']/@name"))
