"""Real metadata of public bodies is read, or refused with an exact sentence."""

import os
from datetime import datetime
from pathlib import Path

from metadata.parse import BadMetadata, parse
from metadata.validate import problems
from tests.needed import missing

REFUSED = {
    "bivest.bib.no.xml": "No usable AssertionConsumerService has a binding that is served here: "
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST.",
}


def samples() -> list[Path]:
    folder = os.environ.get("MINID_SAMPLES")
    return sorted(Path(folder).glob("*.xml")) if folder else []


def test_every_real_document_is_read_or_refused_by_name(now: datetime) -> None:
    found = samples() or missing("the folder of real metadata (MINID_SAMPLES)")
    refused = {}
    for path in found:
        try:
            description = parse(path.read_bytes())
        except BadMetadata as error:
            refused[path.name] = error.detail
            continue
        assert description.entity_id
        assert all(one.sentence.endswith(".") for one in problems(description, now))
    assert refused == REFUSED
