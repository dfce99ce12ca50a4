"""The contact register's adapter against a server of its shape."""

import pytest

from certs.signing_key import PemSigningKey
from hub.errors import OutsideFailed
from hub.outside.contact_register import NationalContacts
from hub.outside.register_client import RegisterClient
from hub.person import read_number
from hub.registers.register_file import RegisterFile
from hub.registers.server import KRR_SCOPE, Mode, RunningRegister
from hub.seams.registers import ContactStatus
from tests.builders import MOMENT
from tests.fakes import FixedClock
from tests.hub.outside.register_peer import tokens_for
from tests.hub.world import KARI, World

KARIS = read_number(KARI.number)


def contacts_of(
    world: World, server: RunningRegister, key: PemSigningKey, clock: FixedClock
) -> NationalContacts:
    tokens = tokens_for(server.address, key, clock, KRR_SCOPE)
    client = RegisterClient(
        "kontaktregisteret", server.address, tokens, world.store.breakers, clock
    )
    return NationalContacts(client, world.store.people)


def test_the_contact_register_is_asked_by_number(
    world: World, server: RunningRegister, key: PemSigningKey, clock: FixedClock,
    file: RegisterFile,
) -> None:
    contacts, found = contacts_of(world, server, key, clock), {}
    for number in [KARI.number, *file.residents_born_in(1970)[:9]]:
        person = world.store.people.create(read_number(number), MOMENT)
        found[number] = contacts.find(person.id)
    assert {ContactStatus.ACTIVE, ContactStatus.NOT_REGISTERED} == {
        each.status for each in found.values()
    }
    active = next(each for each in found.values() if each.status is ContactStatus.ACTIVE)
    assert active.email and active.mobile and active.mailbox in ("Digipost", "e-Boks")


def test_its_failure_is_a_fault_and_no_answer(
    world: World, server: RunningRegister, key: PemSigningKey, clock: FixedClock
) -> None:
    kari = world.store.people.find(KARIS)
    server.behaviour.mode = Mode.DOWN
    with pytest.raises(OutsideFailed):
        assert kari and contacts_of(world, server, key, clock).find(kari.id)
