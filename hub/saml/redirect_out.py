"""Send a message of ours by the HTTP-Redirect binding: the address that carries it.

Bindings §3.4.4.1.  The query is signed as it stands; an enveloped signature
does not travel this way.
"""

import base64
import zlib
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hub.saml.response import Signer
from metadata.algorithms import URI_OF


def address(
    location: str, message: bytes, relay_state: str | None, parameter: str, signer: Signer
) -> str:
    """Where to send the browser; `parameter` is SAMLRequest or SAMLResponse."""
    pairs = [(parameter, base64.b64encode(deflated(message)).decode("ascii"))]
    if relay_state is not None:
        pairs.append(("RelayState", relay_state))
    pairs.append(("SigAlg", URI_OF[signer.algorithm]))
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)
    value = base64.b64encode(signature(query.encode("ascii"), signer)).decode("ascii")
    joint = "&" if "?" in location else "?"
    return f"{location}{joint}{query}&Signature={quote(value, safe='')}"


def deflated(message: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(message) + compressor.flush()


def signature(query: bytes, signer: Signer) -> bytes:
    """The value over these octets.

    For ECDSA the binding does not say how; DER is what most software reads here,
    unlike in XML, where it is r‖s.
    """
    value = signer.key.sign(signer.algorithm, query)
    if signer.algorithm.key_kind != "EC":
        return value
    half = len(value) // 2
    r, s = (int.from_bytes(part, "big") for part in (value[:half], value[half:]))
    return encode_dss_signature(r, s)
