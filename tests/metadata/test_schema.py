"""The schemas judge without the network, and say where the fault is."""

from threading import Thread

from metadata import names, safe_xml
from metadata.schema import Kind, schema_faults
from tests.metadata.sample_metadata import an_entity

LOGOUT = (
    f'<samlp:LogoutRequest xmlns:samlp="{names.SAMLP}" ID="_1" Version="2.0" '
    'IssueInstant="2026-01-02T03:04:05Z">'
    f'<saml:NameID xmlns:saml="{names.SAML}">x</saml:NameID></samlp:LogoutRequest>'
).encode()


def test_a_valid_document_has_no_faults() -> None:
    assert schema_faults(safe_xml.parse_metadata(an_entity().encode()), Kind.METADATA) == []
    assert schema_faults(safe_xml.parse_message(LOGOUT), Kind.PROTOCOL) == []


def test_a_fault_is_told_with_its_line() -> None:
    broken = LOGOUT.replace(b' Version="2.0"', b"")
    faults = schema_faults(safe_xml.parse_message(broken), Kind.PROTOCOL)
    assert len(faults) == 1
    assert faults[0].startswith("line 1: ")
    assert "'Version' is required" in faults[0]


def test_an_extension_with_a_known_schema_is_checked_too() -> None:
    info = f'<u:UIInfo xmlns:u="{names.MDUI}"><u:Logo/></u:UIInfo>'
    extension = f"<md:Extensions>{info}</md:Extensions>"
    document = an_entity().replace("<md:KeyDescriptor", f"{extension}<md:KeyDescriptor", 1)
    assert schema_faults(safe_xml.parse_metadata(document.encode()), Kind.METADATA)


def test_documents_judged_at_once_do_not_mix() -> None:
    answers: list[list[str]] = []

    def judge(document: bytes) -> None:
        root = safe_xml.parse_message(document)
        answers.extend(schema_faults(root, Kind.PROTOCOL) for _ in range(50))

    documents = (LOGOUT, LOGOUT.replace(b' Version="2.0"', b""))
    threads = [Thread(target=judge, args=(one,)) for one in documents * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, answers)) == [0] * 100 + [1] * 100
