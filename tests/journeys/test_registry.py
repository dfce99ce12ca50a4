"""A new agency, from its metadata to a login, by two administrators in a browser."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import requests
from playwright.sync_api import expect

from hub.synthetic import Standing, SyntheticPerson
from tests.accessibility import has_no_faults
from tests.installation import ROOT, Installation, free_port
from tests.journeys.citizen import Citizen
from tests.journeys.little_agency import LittleAgency, made_of_it, served


def made_administrator(demo: Installation, name: str) -> SyntheticPerson:
    return made_staff(demo, "administrator", name)


def made_staff(demo: Installation, role: str, name: str) -> SyntheticPerson:
    """Somebody with a role, whose number went in by standard input."""
    person = demo.person(Standing.WITH_MOBILE)
    grant = ("staff", "grant", "--role", role, "--name", name)
    done = subprocess.run(
        [sys.executable, "-m", "hub.commands", *grant],
        input=person.national_id, cwd=ROOT, env=demo.environ, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return person


def test_one_proposes_another_approves_and_people_log_in(
    demo: Installation, another_citizen: Callable[..., Citizen], tmp_path: Path
) -> None:
    port = free_port()
    agency = LittleAgency(f"http://127.0.0.1:{port}", tmp_path)
    agency.trust(requests.get(f"{demo.hub}/saml/metadata", timeout=60).content)

    kari = another_citizen(java_script_enabled=False)
    kari.page.goto(f"{demo.hub}/registry/new")
    kari.logs_in_by_sms(made_administrator(demo, "Kari"))
    kari.writes(metadata=agency.metadata.decode(), name_nn="Litle etaten")
    kari.presses("check")
    kari.sees("Dette kan føreslåast:")
    kari.presses("propose")
    kari.sees("Du har sjølv føreslått dette.")
    address = kari.page.url

    ola = another_citizen()
    ola.page.goto(f"{demo.hub}/registry?state=waiting")
    ola.logs_in_by_sms(made_administrator(demo, "Ola"))
    expect(ola.page.get_by_role("link", name="Litle etaten")).to_be_visible()
    has_no_faults(ola.page)
    ola.page.get_by_role("link", name="Litle etaten").click()
    ola.page.wait_for_url(address)
    ola.sees("Svar går til ei ny adresse:")
    ola.sees("Fødselsnummeret (uid) blir gitt.")
    has_no_faults(ola.page)
    ola.presses("approve")
    ola.sees("Godkjent av Ola")
    has_no_faults(ola.page)
    for room in ("new", "people", "people/invite", "history", "snapshots", "snapshots/1"):
        ola.page.goto(f"{demo.hub}/registry/{room}")
        has_no_faults(ola.page)

    with served(agency, port):
        citizen = another_citizen()
        citizen.page.goto(f"{agency.base_url}/start")
        citizen.sees("Litle etaten")
        citizen.logs_in_by_sms(demo.person(Standing.WITH_MOBILE))
        made = made_of_it(citizen)
    assert made["logged_in"] and not made["errors"], made["reason"]
