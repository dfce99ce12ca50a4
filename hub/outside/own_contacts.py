"""The contact register, as far as the hub itself knows: `hub.seams.registers.ContactRegister`.

For installations that are not connected to the national one.  The hub knows
what people have registered here, and no reservation and no digital mailbox.
"""

from hub.seams.people import People
from hub.seams.registers import Contact, ContactStatus


class OwnContacts:
    def __init__(self, people: People) -> None:
        self._people = people

    def find(self, person_id: str) -> Contact:
        person = self._people.get(person_id)
        if person.mobile is None and person.email is None:
            return Contact(ContactStatus.NOT_REGISTERED)
        return Contact(ContactStatus.ACTIVE, email=person.email, mobile=person.mobile)
