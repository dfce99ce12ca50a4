"""Old algorithms, by exception of one service provider and until its last day."""

import base64
from datetime import timedelta

import pytest
import xmlsec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from hub.saml import post_binding, redirect_binding, request_signature
from hub.saml.received import Received
from metadata import names
from metadata.signature import BadSignature
from sp_registry.service_provider import ServiceProvider
from tests.builders import (
    MOMENT,
    REGISTERED,
    SSO,
    TEMPLATE,
    a_policy,
    a_service_provider,
    an_authn_request,
    deflated,
    escaped,
)

XML = an_authn_request()
LAST_DAY = MOMENT.date() + timedelta(days=10)
EXCEPTED = a_service_provider(
    policy=a_policy(algorithm_exceptions=((names.RSA_SHA1, LAST_DAY),))
)


def by_redirect() -> Received:
    octets = f"SAMLRequest={escaped(base64.b64encode(deflated(XML)))}"
    octets += f"&SigAlg={escaped(names.RSA_SHA1)}"
    value = REGISTERED.private.sign(octets.encode(), padding.PKCS1v15(), hashes.SHA1())
    query = f"{octets}&Signature={escaped(base64.b64encode(value))}"
    return redirect_binding.receive(query.encode(), SSO)


def by_post() -> Received:
    root = etree.fromstring(XML)
    old = TEMPLATE.replace(names.RSA_SHA256, names.RSA_SHA1).replace(names.SHA256, names.SHA1)
    signature = etree.fromstring(old.format(id=root.get("ID")))
    root.insert(1, signature)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(REGISTERED.key_pem, xmlsec.constants.KeyDataFormatPem)
    context.sign(signature)
    message = base64.b64encode(etree.tostring(root)).decode()
    return post_binding.receive((("SAMLRequest", message),), SSO)


OLD = pytest.mark.parametrize("received", [by_redirect(), by_post()], ids=["redirect", "post"])


@OLD
def test_rsa_sha1_passes_until_the_last_day_of_its_exception(received: Received) -> None:
    for days in (0, 10):
        now = MOMENT + timedelta(days=days)
        checked = request_signature.checked(received, EXCEPTED, True, now)
        assert checked.signed_by == REGISTERED.certificate


@OLD
@pytest.mark.parametrize(
    ("sp", "days"), [(EXCEPTED, 11), (a_service_provider(), 0)], ids=["past", "none"]
)
def test_without_an_exception_it_is_refused_as_ever(
    received: Received, sp: ServiceProvider, days: int
) -> None:
    with pytest.raises(BadSignature):
        request_signature.checked(received, sp, True, MOMENT + timedelta(days=days))
