"""Which attributes there are, and the bundles that agencies know as V1, V2 and V3.

Pure.  ID-porten's names; `pairwise-id` and `subject-id` are the SAML subject
identifiers.  `OnBehalfOf` is in every bundle without being listed: it is told
when it was asked for, and never else.
"""

from collections.abc import Mapping

UID = "uid"
PAIRWISE = "pairwise-id"
SUBJECT_ID = "subject-id"

LOGIN = (UID, "SecurityLevel", "Culture", "AuthMethod")
CONTACT = (
    "epostadresse",
    "mobiltelefonnummer",
    "reservasjon",
    "status",
    "postkasseleverandoerNavn",
)
PROFILES: Mapping[str, tuple[str, ...]] = {"V1": LOGIN, "V2": LOGIN, "V3": LOGIN + CONTACT}
KNOWN_ATTRIBUTES = frozenset({*LOGIN, *CONTACT, PAIRWISE, SUBJECT_ID, "OnBehalfOf"})
