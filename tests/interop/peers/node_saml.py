"""node-saml as service providers, behind `tests/interop/node/server.js`.

It reads no metadata, so its operator copies what it must know out of the
hub's, once the signature is checked.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installation import clean_environ, free_port
from tests.interop.peers.hub_metadata import HubMetadata
from tests.interop.peers.identity import Identity, new_identity
from tests.interop.peers.processes import listening
from tests.interop.peers.sp_metadata import REDIRECT
from tests.interop.peers.two_providers import PROVIDERS, TwoProviders

SERVER = Path(__file__).parents[1] / "node" / "server.js"


@contextmanager
def running_node_saml(
    node: str, packages: Path, folder: Path, hub: HubMetadata
) -> Iterator[TwoProviders]:
    port = free_port()
    running = TwoProviders(f"http://127.0.0.1:{port}", folder)
    identity = new_identity(folder, "node-saml")
    running.write_metadata(identity)
    configuration = folder / "server.json"
    configuration.write_text(json.dumps(configured(port, identity, hub)), "utf-8")
    environ = clean_environ() | {"NODE_PATH": str(packages)}
    command = (node, str(SERVER), str(configuration))
    with listening(command, port, folder / "server.log", environ):
        yield running


def configured(port: int, identity: Identity, hub: HubMetadata) -> dict[str, object]:
    logout = None
    if hub.serves("SingleLogoutService"):
        logout = hub.address("SingleLogoutService", REDIRECT)
    return {
        "port": port,
        "hub": {
            "entityId": hub.root.get("entityID"),
            "login": hub.address("SingleSignOnService", REDIRECT),
            "logout": logout,
            "certificates": hub.signing_certificates(),
        },
        "key": identity.key.read_text("ascii"),
        "certificate": identity.certificate.read_text("ascii"),
        "providers": {
            path: {"signs": each.signs, "wantsEncryption": each.wants_encryption}
            for path, each in PROVIDERS.items()
        },
    }
