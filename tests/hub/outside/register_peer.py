"""How tests come to the registers over HTTP."""

from certs.signing_key import PemSigningKey
from hub.outside.maskinporten import Maskinporten
from hub.registers.access import TokenAccess
from hub.registers.server import FREG_SCOPE
from tests.fakes import FixedClock


def tokens_for(
    address: str, key: PemSigningKey, clock: FixedClock, scope: str = FREG_SCOPE
) -> Maskinporten:
    access = TokenAccess(f"{address}/token", f"{address}/", "minid", "", "", "")
    return Maskinporten(access, key, scope, clock)
