"""The calendar of certificates as iCalendar (RFC 5545) and Atom (RFC 4287), one for each team.

A feed is read without a login, at an address that cannot be guessed and can be revoked; its
secret is kept as a hash alone.  It tells of services and certificates, and of no person.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree
from sqlalchemy import Connection, insert, select, update

from sp_registry import tables
from sp_registry.digest import CertificateDue
from sp_registry.seams import Audit, Database

ATOM = "http://www.w3.org/2005/Atom"
OWN = "MinID"
LONGEST_LINE = 73  # bytes; the standard's 75 hold the end too


@dataclass(frozen=True, slots=True)
class Feed:
    hash: str
    organisation: str | None  # None: of all services
    made_by: str
    made_at: datetime


class Feeds:
    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def make(self, organisation: str | None, by: str, now: datetime) -> str:
        """A new feed; its secret, which is not kept."""
        self._audit("feed-made", by, now, {"organisation": organisation or ""})
        secret = secrets.token_urlsafe(32)
        row = {
            "secret_hash": _hash(secret), "organisation": organisation, "made_by": by,
            "made_at": now,
        }  # fmt: skip
        self._database.write(
            lambda connection: connection.execute(insert(tables.care_feed), row).rowcount
        )
        return secret

    def revoke(self, feed: Feed, by: str, now: datetime) -> None:
        self._audit("feed-revoked", by, now, {"organisation": feed.organisation or ""})
        table = tables.care_feed
        revoked = (
            update(table)
            .where(table.c.secret_hash == feed.hash, table.c.revoked_at.is_(None))
            .values(revoked_by=by, revoked_at=now)
        )
        self._database.write(lambda connection: connection.execute(revoked).rowcount)

    def of_secret(self, secret: str) -> Feed | None:
        found = [one for one in self.listing() if one.hash == _hash(secret)]
        return found[0] if found else None

    def listing(self) -> list[Feed]:
        """Those that are not revoked, the oldest first."""
        table = tables.care_feed
        wanted = select(table).where(table.c.revoked_at.is_(None)).order_by(table.c.made_at)

        def job(connection: Connection) -> list[Feed]:
            return [
                Feed(row.secret_hash, row.organisation, row.made_by, row.made_at)
                for row in connection.execute(wanted)
            ]

        return self._database.read(job)


def ical(due: Sequence[CertificateDue], now: datetime, words: str) -> str:
    """One all-day event for each certificate, on the day on which it runs out."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//MinID hub//certificates//NO"]
    for one in due:
        day = one.not_after.astimezone(UTC).date()
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_name_of(one)}@minid-hub",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(f'{words}: {_told(one)}')}",
            f"DESCRIPTION:{_escaped(f'{one.subject} {one.fingerprint}')}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def atom(due: Sequence[CertificateDue], now: datetime, words: str, own_id: str) -> bytes:
    """The same as entries, each new once, when it is first in the feed."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={"atom": ATOM})
    _add(feed, "id", own_id)
    _add(feed, "title", words)
    _add(feed, "updated", now.isoformat())
    _add(etree.SubElement(feed, f"{{{ATOM}}}author"), "name", OWN)
    for one in due:
        entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "id", f"urn:minid-hub:{_name_of(one)}")
        _add(entry, "title", f"{words} {one.not_after:%Y-%m-%d}: {_told(one)}")
        _add(entry, "updated", min(now, one.not_after - timedelta(days=90)).isoformat())
        _add(entry, "summary", f"{one.subject} {one.fingerprint}")
    return etree.tostring(feed, xml_declaration=True, encoding="UTF-8")


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = _printable(text)


def _printable(text: str) -> str:
    """What a certificate says of itself may be anything; no line, no mark of control is kept."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _told(one: CertificateDue) -> str:
    return f"{one.service.name if one.service else OWN} ({one.use})"


def _name_of(one: CertificateDue) -> str:
    whose = one.service.id if one.service else "own"
    return f"{whose}-{one.use}-{one.fingerprint[:32]}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(_printable(text).split())


def _folded(line: str) -> str:
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += sign
    return "\r\n".join([*pieces, piece])


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
