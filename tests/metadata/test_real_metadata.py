"""Real metadata of public bodies is read."""

import os
from datetime import datetime
from pathlib import Path

from metadata.parse import parse
from metadata.validate import problems
from tests.needed import missing


def samples() -> list[Path]:
    folder = os.environ.get("MINID_SAMPLES")
    return sorted(Path(folder).glob("*.xml")) if folder else []


def test_every_real_document_is_read(now: datetime) -> None:
    for path in samples() or missing("the folder of real metadata (MINID_SAMPLES)"):
        description = parse(path.read_bytes())
        assert description.entity_id
        assert all(one.sentence.endswith(".") for one in problems(description, now))
