"""OpenSSH's own server on a free port, for one account that opens with a key: SFTP alone.

It runs unprivileged; where the tests run as root, as `nobody`.  Its folder lies outside
pytest's, which `nobody` may not enter.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tools.test_setup import SSHD

PATIENCE = 30.0  # seconds
CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized
PidFile none
StrictModes no
# Without PAM it lets in no account that has no password, and `nobody` has none.
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
"""


@dataclass(frozen=True)
class SftpPeer:
    folder: Path
    port: int
    user: str
    host_key: str

    @property
    def batches(self) -> Path:
        return self.folder / "batches"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    @property
    def key(self) -> Path:
        return self.folder / "key"

    @property
    def url(self) -> str:
        return f"sftp://{self.user}@127.0.0.1:{self.port}{self.batches}"


def new_key(path: Path) -> str:
    """A private key into this file; the public one as OpenSSH writes it."""
    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.chmod(0o600)
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def sshd() -> Path | None:
    """The program: this machine's, or the one that `tools/test_setup.py` fetched."""
    found = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
    if found:
        return Path(found)
    return next(SSHD.glob("usr/sbin/sshd"), None)


@contextmanager
def sftp_peer(program: Path) -> Iterator[SftpPeer]:
    folder = Path(tempfile.mkdtemp(prefix="sftp-", dir="/tmp"))
    user = "nobody" if os.geteuid() == 0 else getpwuid(os.geteuid()).pw_name
    peer = SftpPeer(folder, free_port(), user, new_key(folder / "host_key"))
    (folder / "authorized").write_text(new_key(peer.key))
    (folder / "config").write_text(CONFIG.format(port=peer.port, folder=folder))
    for made in (peer.batches, peer.reports):
        made.mkdir()
    # Copied, since `nobody` may not be able to reach the checkout.
    own = shutil.copy(program, folder / "sshd") if program.is_relative_to(SSHD) else program
    for library in SSHD.glob("**/libwrap.so.0"):
        shutil.copy(library, folder)
    if user == "nobody":
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)
    process = subprocess.Popen(
        [str(own), "-D", "-e", "-f", str(folder / "config")],
        user=user if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
        env=os.environ | {"LD_LIBRARY_PATH": str(folder)},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(peer.port)
        yield peer
    finally:
        process.terminate()
        process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise TimeoutError("sshd did not begin to listen")
