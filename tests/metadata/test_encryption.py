"""An assertion is encrypted so that its receiver, and nobody else, reads it."""

from itertools import product

import pytest
import xmlsec
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from certs.signing_key import PemSigningKey
from metadata import names
from metadata.description import EncryptionKey
from metadata.encryption import CannotEncrypt, Methods, encrypted_assertion, methods_for
from tests.metadata.sample_keys import ec_key, private_pem, rsa_key

ASSERTION = f'<saml:Assertion xmlns:saml="{names.SAML}" ID="_1">æøå</saml:Assertion>'.encode()
GCM = (names.AES128_GCM, names.AES256_GCM)
OAEP = (names.RSA_OAEP_MGF1P, names.RSA_OAEP)


def a_key(*methods: str, digests: tuple[str, ...] = ()) -> EncryptionKey:
    return EncryptionKey(rsa_key().certificate, methods, digests)


def decrypted(document: bytes, owner: str = "registered") -> bytes:
    manager = xmlsec.KeysManager()
    pem = private_pem(owner)
    manager.add_key(xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem))
    root = etree.fromstring(document)
    read = xmlsec.EncryptionContext(manager).decrypt(root[0])
    return etree.tostring(read, encoding="utf-8")


@pytest.mark.parametrize(("content", "transport"), list(product(GCM, OAEP)))
@pytest.mark.parametrize("digests", [(), (names.SHA1,), (names.SHA256,), (names.SHA512,)])
def test_xmlsec_decrypts_it(content: str, transport: str, digests: tuple[str, ...]) -> None:
    document = encrypted_assertion(ASSERTION, a_key(content, transport, digests=digests))
    assert content.encode() in document
    assert transport.encode() in document
    assert decrypted(document) == ASSERTION


def test_python3_saml_decrypts_it() -> None:
    root = etree.fromstring(encrypted_assertion(ASSERTION, a_key()))
    read = OneLogin_Saml2_Utils.decrypt_element(root[0], private_pem().decode())
    assert etree.tostring(read, encoding="utf-8") == ASSERTION


def test_nobody_else_decrypts_it() -> None:
    with pytest.raises(xmlsec.Error):
        decrypted(encrypted_assertion(ASSERTION, a_key()), owner="foreign")


def test_it_is_canonical_so_that_it_can_be_signed_as_text() -> None:
    document = encrypted_assertion(ASSERTION, a_key())
    root = etree.fromstring(document)
    assert etree.tostring(root, method="c14n", exclusive=True) == document
    inside = etree.fromstring(b"<r>" + document + b"</r>")
    assert etree.tostring(inside, method="c14n", exclusive=True) == b"<r>" + document + b"</r>"


def test_the_key_is_wrapped_inside_the_data() -> None:
    root = etree.fromstring(encrypted_assertion(ASSERTION, a_key()))
    xenc, ds = names.XENC, names.DS
    path = f"{{{xenc}}}EncryptedData/{{{ds}}}KeyInfo/{{{xenc}}}EncryptedKey"
    assert root.find(path) is not None


def test_nothing_of_the_assertion_shows_and_no_two_are_alike() -> None:
    one, two = (encrypted_assertion(ASSERTION, a_key()) for _ in range(2))
    assert b"_1" not in one
    assert one != two


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ((), Methods(names.AES256_GCM, names.RSA_OAEP_MGF1P, names.SHA1)),
        ((names.RSA_OAEP_MGF1P,), Methods(names.AES256_GCM, names.RSA_OAEP_MGF1P, names.SHA1)),
        ((names.RSA_OAEP,), Methods(names.AES256_GCM, names.RSA_OAEP, names.SHA256)),
        (
            (names.AES128_CBC, names.AES128_GCM, names.RSA_1_5, names.RSA_OAEP_MGF1P),
            Methods(names.AES128_GCM, names.RSA_OAEP_MGF1P, names.SHA1),
        ),
        (
            (names.AES128_GCM, names.AES256_GCM, names.RSA_OAEP, names.RSA_OAEP_MGF1P),
            Methods(names.AES256_GCM, names.RSA_OAEP_MGF1P, names.SHA1),
        ),
    ],
)
def test_it_takes_the_best_that_is_listed(methods: tuple[str, ...], expected: Methods) -> None:
    assert methods_for(a_key(*methods)) == expected


@pytest.mark.parametrize(
    ("methods", "code"),
    [
        ((names.AES256_CBC, names.RSA_OAEP_MGF1P), "encryption-method"),
        ((names.TRIPLE_DES_CBC,), "encryption-method"),
        ((names.RSA_1_5,), "encryption-key-transport"),
        ((names.AES256_GCM, names.RSA_1_5), "encryption-key-transport"),
    ],
)
def test_it_encrypts_with_nothing_weaker(methods: tuple[str, ...], code: str) -> None:
    with pytest.raises(CannotEncrypt) as caught:
        encrypted_assertion(ASSERTION, a_key(*methods))
    assert caught.value.code == code


def test_it_does_not_encrypt_to_an_ec_key() -> None:
    key: PemSigningKey = ec_key()
    with pytest.raises(CannotEncrypt) as caught:
        encrypted_assertion(ASSERTION, EncryptionKey(key.certificate))
    assert caught.value.code == "encryption-key-kind"


# --- by exception -------------------------------------------------------------------------


@pytest.mark.parametrize("content", [names.AES128_CBC, names.AES256_CBC])
def test_an_excepted_cipher_is_used_where_nothing_better_is_listed(content: str) -> None:
    document = encrypted_assertion(ASSERTION, a_key(content), excepted={content})
    assert content.encode() in document
    assert decrypted(document) == ASSERTION


def test_a_better_cipher_wins_over_an_exception() -> None:
    key = a_key(names.AES128_CBC, names.AES128_GCM)
    assert methods_for(key, {names.AES128_CBC}).data == names.AES128_GCM


def test_an_exception_is_for_its_cipher_alone() -> None:
    with pytest.raises(CannotEncrypt):
        methods_for(a_key(names.AES256_CBC), {names.AES128_CBC})


@pytest.mark.parametrize("never", [names.TRIPLE_DES_CBC, names.RSA_1_5])
def test_some_are_never_used_whatever_is_excepted(never: str) -> None:
    with pytest.raises(CannotEncrypt):
        methods_for(a_key(never), {never})
