"""The contact and reservation register over REST: `hub.seams.registers.ContactRegister`.

A login waits for it, so it gets little time and one try; `hub.answer` makes a fault the
status SYSTEMFEIL.
"""

from hub.errors import OutsideFailed
from hub.outside.http_exchange import Limits
from hub.outside.register_client import Patience, RegisterClient
from hub.registers import krr
from hub.registers.freg import understood
from hub.seams.people import People
from hub.seams.registers import Contact

WHILE_SOMEBODY_WAITS = Patience(Limits(1.0, 1.5, 256 * 1024), tries=1)


class NationalContacts:
    def __init__(self, client: RegisterClient, people: People) -> None:
        self._client = client
        self._people = people

    def find(self, person_id: str) -> Contact:
        wanted = {"personidentifikatorer": [self._people.current_number(person_id)]}
        answer = self._client.post("/rest/v2/personer", wanted, WHILE_SOMEBODY_WAITS)
        if answer is None:
            raise OutsideFailed("the contact register has no such address", code="register-refused")
        return understood(lambda: krr.contact(answer))
