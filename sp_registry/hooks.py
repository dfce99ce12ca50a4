"""Webhooks: addresses at which programs of a team are told what its people are told by mail.

Address and secret are sealed in the database; the secret is shown once.  What is sent is
signed with it (`signed_headers`).  Sending, and judging where an address leads, is the hub's.
"""

import hmac
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from sp_registry import addresses, tables
from sp_registry.errors import RegistryError
from sp_registry.humans import STAFF
from sp_registry.seams import Audit, Database, Vault
from sp_registry.staff import Colleague, Staff

LONGEST_URL = 2048


class BadHookAddress(RegistryError):
    code = "hook-address"


@dataclass(frozen=True, slots=True)
class Hook:
    id: str
    organisation: str | None  # None: what administrators are told
    url: str = field(repr=False)  # may hold a secret of theirs
    secret: str = field(repr=False)
    made_by: str
    made_at: datetime

    def is_of(self, who: Colleague) -> bool:
        return who.decides if self.organisation is None else self.organisation in who.organisations


class Hooks:
    def __init__(self, database: Database, audit: Audit, vault: Vault) -> None:
        self._database = database
        self._audit = audit
        self._vault = vault

    def make(
        self, organisation: str | None, url: str, http_hosts: Collection[str], by: str,
        now: datetime,
    ) -> str:  # fmt: skip
        """A new webhook; its secret.  Raises BadHookAddress."""
        fault = "it is too long" if len(url) > LONGEST_URL else None
        fault = fault or addresses.fault_of(url, http_hosts)
        if fault is not None:
            raise BadHookAddress(f"The address cannot be used: {fault}.")
        id, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
        self._audit("hook-made", by, now, {"hook": id, "organisation": organisation or ""})
        plain = json.dumps({"url": url, "secret": secret}).encode()
        row = {
            "id": id, "organisation": organisation, "made_by": by, "made_at": now,
            "sealed": self._vault.seal(plain, _place(id)),
        }  # fmt: skip
        self._database.write(
            lambda connection: connection.execute(insert(tables.care_hook), row).rowcount
        )
        return secret

    def remove(self, id: str, by: str, now: datetime) -> None:
        self._audit("hook-removed", by, now, {"hook": id})
        gone = delete(tables.care_hook).where(tables.care_hook.c.id == id)
        self._database.write(lambda connection: connection.execute(gone).rowcount)

    def listing(self) -> list[Hook]:
        """The oldest first."""
        wanted = select(tables.care_hook).order_by(tables.care_hook.c.made_at)

        def job(connection: Connection) -> list[Hook]:
            found = []
            for row in connection.execute(wanted):
                read = json.loads(self._vault.open(row.sealed, _place(row.id)))
                found.append(
                    Hook(row.id, row.organisation, read["url"], read["secret"], row.made_by,
                         row.made_at)
                )  # fmt: skip
            return found

        return self._database.read(job)

    def in_use(self) -> list[Hook]:
        """Those whose maker still has the role that they were made in."""
        staff = Staff(self._database, self._audit)
        makers = {one.made_by for one in self.listing()}
        known = {by: staff.find(by.removeprefix(STAFF)) for by in makers}
        return [
            one for one in self.listing() if (who := known.get(one.made_by)) and one.is_of(who)
        ]


def signed_headers(secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The HMAC is over the timestamp, a full stop and the body: an old message is told apart."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
    return {"X-MinID-Timestamp": stamp, "X-MinID-Signature": f"sha256={digest}"}


def _place(id: str) -> str:
    return f"care_hook:{id}"
