"""Every message in `tests/vectors/signature/` is answered as its sidecar says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import xmlsec
from lxml import etree

from certs.certificate import Certificate
from metadata import names, safe_xml
from metadata.errors import MetadataError
from metadata.signature import signed_part

ROOT = Path(__file__).parent.parent.parent
VECTORS = ROOT / "tests" / "vectors"
FOLDER = VECTORS / "signature"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
FOOLING = sorted(name for name, one in EXPECTED.items() if one["fools_xmlsec"])


def registered() -> Certificate:
    return Certificate.from_pem((VECTORS / "keys" / "test-only-registered.crt.pem").read_bytes())


def verdict(file: Path) -> str:
    content = file.read_bytes()
    try:
        message = safe_xml.inflate(content) if file.suffix == ".deflate" else content
        signed_part(safe_xml.parse_message(message), [registered()])
    except MetadataError as error:
        return error.code
    return "accepted"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_it_answers_the_vector_as_expected(name: str) -> None:
    assert verdict(FOLDER / name) == EXPECTED[name]["expected"], EXPECTED[name]["about"]


@pytest.mark.parametrize("name", FOOLING)
def test_a_verifier_that_asks_xmlsec_alone_is_fooled(name: str) -> None:
    root = etree.fromstring((FOLDER / name).read_bytes())
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(registered().der, xmlsec.constants.KeyDataFormatCertDer)
    context.verify(next(root.iter(f"{{{names.DS}}}Signature")))


def test_every_file_has_its_expected_answer() -> None:
    on_disk = {path.name for path in FOLDER.iterdir()} - {"expected.json"}
    assert on_disk == set(EXPECTED)


def test_they_are_rebuilt_without_a_difference(tmp_path: Path) -> None:
    tool = ROOT / "tools" / "make_signature_vectors.py"
    subprocess.run([sys.executable, tool, "--to", tmp_path], check=True)
    rebuilt = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert rebuilt == {path.name: path.read_bytes() for path in FOLDER.iterdir()}
