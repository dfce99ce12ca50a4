"""Every SAML and XML-security name that the hub uses, once.

The values are fixed by the specifications: SAML 2.0 Core (C), Bindings (B),
Profiles (P), Metadata (M), Authentication Context (AC), XML Signature and XML
Encryption 1.1, and the SAML metadata extensions for algorithm support (ALG),
user interface (MDUI) and scopes of identifiers (SHIBMD).
"""

from typing import Final

# Name spaces
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
MD: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
MDUI: Final = "urn:oasis:names:tc:SAML:metadata:ui"
MDATTR: Final = "urn:oasis:names:tc:SAML:metadata:attribute"
ALG: Final = "urn:oasis:names:tc:SAML:metadata:algsupport"
SHIBMD: Final = "urn:mace:shibboleth:metadata:1.0"
MINID: Final = "urn:minid:metadata:1.0"  # our own: the next key of this very document
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
XENC11: Final = "http://www.w3.org/2009/xmlenc11#"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
XS: Final = "http://www.w3.org/2001/XMLSchema"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
IDPORTEN: Final = "https://idporten.difi.no/idporten-extensions"

# Bindings (B§3)
HTTP_REDIRECT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
HTTP_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
HTTP_ARTIFACT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"
SOAP_BINDING: Final = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP"

# Name identifier formats (C§8.3)
UNSPECIFIED_NAME_ID: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
EMAIL_NAME_ID: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
PERSISTENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
ENTITY: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"

# Authentication context classes (AC§3.4)
PASSWORD_PROTECTED_TRANSPORT: Final = (
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
)
SMARTCARD_PKI: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
UNSPECIFIED_CONTEXT: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"

# Status codes (C§3.2.2.2)
_STATUS: Final = "urn:oasis:names:tc:SAML:2.0:status:"
SUCCESS: Final = _STATUS + "Success"
REQUESTER: Final = _STATUS + "Requester"
RESPONDER: Final = _STATUS + "Responder"
VERSION_MISMATCH: Final = _STATUS + "VersionMismatch"
AUTHN_FAILED: Final = _STATUS + "AuthnFailed"
INVALID_NAME_ID_POLICY: Final = _STATUS + "InvalidNameIDPolicy"
NO_AUTHN_CONTEXT: Final = _STATUS + "NoAuthnContext"
NO_SUPPORTED_IDP: Final = _STATUS + "NoSupportedIDP"
NO_PASSIVE: Final = _STATUS + "NoPassive"
PARTIAL_LOGOUT: Final = _STATUS + "PartialLogout"
REQUEST_DENIED: Final = _STATUS + "RequestDenied"
REQUEST_UNSUPPORTED: Final = _STATUS + "RequestUnsupported"
UNKNOWN_PRINCIPAL: Final = _STATUS + "UnknownPrincipal"
UNSUPPORTED_BINDING: Final = _STATUS + "UnsupportedBinding"

# Attribute names and confirmation (P§8.1, P§3.3)
URI_NAME_FORMAT: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
PAIRWISE_ID: Final = "urn:oasis:names:tc:SAML:attribute:pairwise-id"
SUBJECT_ID: Final = "urn:oasis:names:tc:SAML:attribute:subject-id"
SUBJECT_ID_REQ: Final = "urn:oasis:names:tc:SAML:profiles:subject-id:req"

# Canonicalisation and transforms (XML Signature §6)
EXCLUSIVE_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED: Final = DS + "enveloped-signature"

# Digests
SHA1: Final = DS + "sha1"
SHA256: Final = XENC + "sha256"
SHA384: Final = "http://www.w3.org/2001/04/xmldsig-more#sha384"
SHA512: Final = XENC + "sha512"

# Signature algorithms; the key is the name that `certs` knows them by.
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
RSA_SHA1: Final = DS + "rsa-sha1"
RSA_SHA256: Final = _MORE + "rsa-sha256"
RSA_SHA384: Final = _MORE + "rsa-sha384"
RSA_SHA512: Final = _MORE + "rsa-sha512"
ECDSA_SHA256: Final = _MORE + "ecdsa-sha256"
ECDSA_SHA384: Final = _MORE + "ecdsa-sha384"
ECDSA_SHA512: Final = _MORE + "ecdsa-sha512"

# What we accept on the way in; SHA-1 is not here, it is an exception per service provider.
ACCEPTED_SIGNATURES: Final = frozenset(
    {RSA_SHA256, RSA_SHA384, RSA_SHA512, ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512}
)
ACCEPTED_DIGESTS: Final = frozenset({SHA256, SHA384, SHA512})

# Encryption (XML Encryption 1.1 §5)
AES128_GCM: Final = XENC11 + "aes128-gcm"
AES256_GCM: Final = XENC11 + "aes256-gcm"
AES128_CBC: Final = XENC + "aes128-cbc"
AES256_CBC: Final = XENC + "aes256-cbc"
TRIPLE_DES_CBC: Final = XENC + "tripledes-cbc"
RSA_OAEP_MGF1P: Final = XENC + "rsa-oaep-mgf1p"
RSA_OAEP: Final = XENC11 + "rsa-oaep"
RSA_1_5: Final = XENC + "rsa-1_5"
