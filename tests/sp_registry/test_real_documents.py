"""Real metadata of public bodies and research services, as it is out there.

The documents are not ours to pass on: they lie in the folder that
MINID_SAMPLES names.
"""

import os
from pathlib import Path

import pytest

from metadata.errors import MetadataError
from sp_registry import onboarding
from sp_registry.errors import RegistryError
from sp_registry.onboarding import Options
from tests.needed import missing
from tests.sp_registry.registry_fixtures import DEVELOPMENT, NOW, World


@pytest.fixture
def samples() -> list[Path]:
    folder = os.environ.get("MINID_SAMPLES")
    found = sorted(Path(folder).rglob("*.xml")) if folder else []
    return found or missing("MINID_SAMPLES, a folder of real metadata,")


def test_each_is_taken_in_or_refused_with_a_sentence(samples: list[Path], world: World) -> None:
    taken = 0
    for path in samples:
        try:
            proposal = onboarding.propose(
                path.read_bytes(), Options(), None, DEVELOPMENT, NOW
            )
        except (MetadataError, RegistryError) as fault:
            assert fault.detail[0].isupper() and fault.detail.endswith("."), fault.detail
            continue
        world.desk.propose(proposal, "kari", NOW)
        assert world.desk.show(proposal.description.entity_id).proposed.description == (
            proposal.description
        )
        taken += 1
    assert taken > len(samples) * 2 / 3
