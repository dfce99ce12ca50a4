"""The hub, as it would describe itself."""

from metadata import names
from metadata.build import IdpDescription
from metadata.description import Contact, Endpoint
from tests.metadata.sample_keys import ec_key, rsa_key

BASE = "https://minid.example.no"


def an_idp() -> IdpDescription:
    return IdpDescription(
        entity_id=f"{BASE}/saml/metadata",
        sso_url=f"{BASE}/saml/sso",
        signing_certificates=(rsa_key("foreign").certificate, ec_key().certificate),
        logout=(Endpoint(names.HTTP_REDIRECT, f"{BASE}/saml/slo"),),
        artifact_url=f"{BASE}/saml/artifact",
        display_names=(("nb", "MinID"), ("en", "MinID")),
        descriptions=(("nb", "Én innlogging & mye å hente"),),
        organisation_names=(("nb", "Etaten"),),
        organisation_urls=(("nb", BASE),),
        scopes=("minid.example.no",),
        contacts=(Contact("technical", "Drift", ("drift@example.no",)),),
        error_url=f"{BASE}/errors?a=1&b=>",
    )
