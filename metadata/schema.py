"""The OASIS schemas, as a second opinion on a document.

For what we publish and send, and as a lint for metadata.  Inbound messages
are judged by our own reader: real software breaks the schema in harmless ways.
The schema files are those that pysaml2 carries; nothing is fetched.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from threading import Lock
from typing import Final, Protocol, cast

from lxml import etree
from saml2.data import schemas

from metadata import names


class Kind(StrEnum):
    """The kind of document, by the file that describes it."""

    PROTOCOL = "saml-schema-protocol-2.0.xsd"
    METADATA = "saml-schema-metadata-2.0.xsd"


_NAMESPACE_OF: Final = {Kind.PROTOCOL: names.SAMLP, Kind.METADATA: names.MD}
# Extensions are checked too where their schema is known.
_EXTENSIONS: Final = {
    names.MDUI: "sstc-saml-metadata-ui-v1.0.xsd",
    names.ALG: "sstc-saml-metadata-algsupport-v1.0.xsd",
}
# A schema keeps the log of its last document, so one document is looked at at a time.
_ONE_AT_A_TIME: Final = Lock()


class _Fault(Protocol):
    line: int
    message: str


class _Local(etree.Resolver):
    """Answers every address with pysaml2's file of that name, or with nothing."""

    def resolve(self, system_url: str, public_id: str, context: object = None) -> object:
        file = files(schemas) / system_url.rpartition("/")[2]
        content = file.read_bytes() if file.is_file() else b""
        return self.resolve_string(content, context, base_url=system_url)


def schema_faults(element: etree._Element, kind: Kind) -> list[str]:
    """Every fault that the schema finds, in document order; none if it is valid."""
    schema = _schema(kind)
    with _ONE_AT_A_TIME:
        schema.validate(element)
        found = cast(Iterable[_Fault], schema.error_log)
        return [f"line {fault.line}: {fault.message}" for fault in found]


@lru_cache(maxsize=len(Kind))
def _schema(kind: Kind) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    wanted = {_NAMESPACE_OF[kind]: kind.value, **_EXTENSIONS}
    imports = "".join(
        f'<import namespace="{uri}" schemaLocation="{file}"/>' for uri, file in wanted.items()
    )
    return etree.XMLSchema(
        etree.fromstring(f'<schema xmlns="{names.XS}">{imports}</schema>', parser)
    )
