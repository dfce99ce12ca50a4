"""The contact register, as far as the hub itself knows: `hub.seams.ContactRegister`.

For installations that are not connected to the national one.  The hub knows a
mobile, no e-mail address and no reservation.
"""

from hub.seams import Contact, ContactStatus, People


class OwnContacts:
    def __init__(self, people: People) -> None:
        self._people = people

    def find(self, person_id: str) -> Contact:
        mobile = self._people.get(person_id).mobile
        if mobile is None:
            return Contact(ContactStatus.NOT_REGISTERED)
        return Contact(ContactStatus.ACTIVE, mobile=mobile)
