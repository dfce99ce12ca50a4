"""Quick fixes: pure functions from a document to a better one.

Each keeps what the document means to the hub, apart from the fault it mends.  It
leaves other faults alone, and comments between elements, and never makes a valid
document break the schema.  In whatever order they are applied the document says the
same in the end.  A signature covers every byte, so all of them go whenever anything
is changed.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from lxml import etree

from metadata import names, safe_xml
from metadata.parse_values import moment
from metadata.signature_shape import SIGNATURE
from sp_registry.lint import fix_texts, subject
from sp_registry.lint.finding import Fix
from sp_registry.lint.order import insert_in_order, misplaced, sort_children

Edit = Callable[[etree._Element], None]

WEAK_METHODS: Final = frozenset(
    {
        names.AES128_CBC,
        names.XENC + "aes192-cbc",
        names.AES256_CBC,
        names.TRIPLE_DES_CBC,
        names.RSA_1_5,
    }
)
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
WEAK_ALGORITHMS: Final = frozenset(
    {
        names.SHA1,
        names.RSA_SHA1,
        names.DS + "dsa-sha1",
        _MORE + "ecdsa-sha1",
        _MORE + "md5",
        _MORE + "rsa-md5",
    }
)
ALGORITHMS: Final = (f"{{{names.ALG}}}SigningMethod", f"{{{names.ALG}}}DigestMethod")
FOREIGN_ROLE: Final = f"{{{names.MD}}}RoleDescriptor"


def _applied(edit: Edit, document: bytes) -> bytes:
    root = safe_xml.parse_remarked(document)
    edit(root)
    _drop_signatures(root)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def _drop_signatures(root: etree._Element) -> None:
    _drop(root.iter(SIGNATURE))


def _drop(elements: Iterator[etree._Element]) -> None:
    for element in list(elements):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def _reorder(root: etree._Element) -> None:
    for late in list(misplaced(root)):
        parent = late.getparent()
        if parent is not None:
            sort_children(parent)


def _add_use(root: etree._Element) -> None:
    """A key for both becomes two; the copies come last, so the first to encrypt to stays so."""
    for role in _roles(root):
        for descriptor in _bare_keys(role):
            if subject.cannot_encrypt(descriptor):
                continue  # `sign-only` is for these
            copy = deepcopy(descriptor)
            _make_signing(descriptor)
            _without_ids(copy)
            copy.set("use", "encryption")
            role.insert(role.index(list(_keys(role))[-1]) + 1, copy)


def _sign_only(root: etree._Element) -> None:
    for role in _roles(root):
        for descriptor in filter(subject.cannot_encrypt, _bare_keys(role)):
            _make_signing(descriptor)


def _bare_keys(role: etree._Element) -> list[etree._Element]:
    return [one for one in _keys(role) if one.get("use") is None]


def _make_signing(descriptor: etree._Element) -> None:
    descriptor.set("use", "signing")
    _drop(descriptor.iterchildren(f"{{{names.MD}}}EncryptionMethod"))


def _without_ids(copy: etree._Element) -> None:
    for element in copy.iter(etree.Element):
        for name in [one for one in element.attrib if str(one).lower() == "id"]:
            del element.attrib[name]


def _add_name_id_format(root: etree._Element) -> None:
    for role in _roles(root):
        added = role.makeelement(f"{{{names.MD}}}NameIDFormat")
        added.text = names.TRANSIENT
        insert_in_order(role, added)


def _use_https(root: etree._Element) -> None:
    for role in _roles(root):
        for endpoint in role.iterchildren(*subject.ENDPOINTS):
            for name in ("Location", "ResponseLocation"):
                if (secure := https_of(endpoint.get(name, ""))) is not None:
                    endpoint.set(name, secure)


def https_of(url: str) -> str | None:
    """The same address by https; None if it is not http, or no such address can be told."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() != "http" or not parts.hostname:
        return None
    host = parts.netloc.rpartition(":")[0] if port == 80 else parts.netloc
    return urlunsplit(parts._replace(scheme="https", netloc=host))


def _remove_valid_until(now: datetime, root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        read = moment(element.get("validUntil", ""))
        if read is not None and read <= now and etree.QName(element).namespace == names.MD:
            del element.attrib["validUntil"]


def _remove_weak_methods(root: etree._Element) -> None:
    for role in _roles(root):
        for descriptor in _keys(role):
            methods = descriptor.iterchildren(f"{{{names.MD}}}EncryptionMethod")
            _drop(one for one in methods if one.get("Algorithm", "").strip() in WEAK_METHODS)


def _remove_weak_algorithms(root: etree._Element) -> None:
    """An Extensions element must not stand empty, so one that would goes along."""
    weak = [one for one in root.iter(*ALGORITHMS) if is_weak(one)]
    for element in weak:
        extensions = element.getparent()
        _drop(iter([element]))
        if extensions is not None and next(extensions.iterchildren(etree.Element), None) is None:
            _drop(iter([extensions]))


def _remove_idle_methods(root: etree._Element) -> None:
    for role in _roles(root):
        for descriptor in _keys(role):
            if descriptor.get("use") == "signing":
                _drop(descriptor.iterchildren(f"{{{names.MD}}}EncryptionMethod"))


def is_weak(element: etree._Element) -> bool:
    return element.get("Algorithm", "").strip() in WEAK_ALGORITHMS


def _want_assertions_signed(root: etree._Element) -> None:
    for role in _roles(root):
        role.set("WantAssertionsSigned", "true")


def _remove_foreign_roles(root: etree._Element) -> None:
    _drop(root.iter(FOREIGN_ROLE))


def _roles(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(subject.ROLE))


def _keys(role: etree._Element) -> Iterator[etree._Element]:
    return role.iterchildren(f"{{{names.MD}}}KeyDescriptor")


def _fix(name: str, edit: Edit) -> Fix:
    return Fix(name, fix_texts.TEXTS[name], partial(_applied, edit))


REORDER: Final = _fix("reorder", _reorder)
ADD_USE: Final = _fix("add-use", _add_use)
SIGN_ONLY: Final = _fix("sign-only", _sign_only)
ADD_NAME_ID_FORMAT: Final = _fix("add-name-id-format", _add_name_id_format)
USE_HTTPS: Final = _fix("use-https", _use_https)
REMOVE_SIGNATURE: Final = _fix("remove-signature", _drop_signatures)
REMOVE_WEAK_METHODS: Final = _fix("remove-weak-encryption", _remove_weak_methods)
REMOVE_IDLE_METHODS: Final = _fix("remove-idle-methods", _remove_idle_methods)
REMOVE_WEAK_ALGORITHMS: Final = _fix("remove-weak-algorithms", _remove_weak_algorithms)
WANT_ASSERTIONS_SIGNED: Final = _fix("want-assertions-signed", _want_assertions_signed)
REMOVE_FOREIGN_ROLES: Final = _fix("remove-foreign-roles", _remove_foreign_roles)


def remove_valid_until(now: datetime) -> Fix:
    """Takes out what has passed by now; a date to come stays."""
    return _fix("remove-valid-until", partial(_remove_valid_until, now))
