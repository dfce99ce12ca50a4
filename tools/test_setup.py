"""See to the programs that the tests need beside Python's packages.

Root on a Debian gets what is missing by apt-get.  Anyone else is told the one
line to run and which tests wait for it; their run goes on, and those tests are
skipped by name (in CI they fail).
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools import assets

NODE_RECIPE = assets.ROOT / "tests" / "interop" / "node"
NODE_PACKAGES = assets.BUILD / "interop-node"
# Not installed, since openssh-server would start a server at port 22.
SSHD = assets.BUILD / "openssh"
SSHD_PACKAGES = ("openssh-server", "libwrap0")
DEBIAN_FOLDERS = ("/usr/sbin", "/usr/lib/apache2/modules")


@dataclass(frozen=True, slots=True)
class Need:
    """A Debian package, the files that show that it is there, and the tests that wait for it."""

    package: str
    programs: tuple[str, ...]
    tests: str

    def met(self) -> bool:
        return any(found(program) for program in self.programs)


NEEDS = (
    Need("chromium", ("chromium", "chromium-browser"), "every test in a browser"),
    Need("postgresql", ("initdb",), "the stores on PostgreSQL"),
    Need("xmlsec1", ("xmlsec1",), "answers checked by the program xmlsec1"),
    # Not apache2 itself, which would start a server at port 80.
    Need("apache2-bin", ("apache2",), "logins at mod_auth_mellon"),
    Need("libapache2-mod-auth-mellon", ("mod_auth_mellon.so",), "logins at mod_auth_mellon"),
    Need("nodejs", ("node",), "logins at node-saml"),
)


def found(program: str) -> bool:
    """On the path, or where Debian keeps what is not for everybody's path."""
    postgresql = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    elsewhere = any(Path(folder, program).exists() for folder in DEBIAN_FOLDERS)
    return shutil.which(program) is not None or elsewhere or any(postgresql)


def main() -> int:
    return debian_packages() or openssh() or node_packages()


def debian_packages() -> int:
    lacking = [need for need in NEEDS if not need.met()]
    if not lacking:
        return 0
    packages = [need.package for need in lacking]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return install(packages)
    print("sudo apt-get install --no-install-recommends " + " ".join(packages))
    for need in lacking:
        print(f"  {need.package}: {need.tests}")
    return 0


def install(packages: list[str]) -> int:
    print("installing " + ", ".join(packages), flush=True)
    return apt_get("update") or apt_get("install", "-y", "--no-install-recommends", *packages)


def apt_get(*words: str, cwd: Path | None = None) -> int:
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-qq", *words], env=environ, check=False, cwd=cwd,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if done.returncode:
        print("failed: apt-get " + " ".join(words), file=sys.stderr)
    return done.returncode


def openssh() -> int:
    """OpenSSH's server in a folder of ours, where the machine has none."""
    if found("sshd") or next(SSHD.glob("usr/sbin/sshd"), None):
        return 0
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        print("openssh-server: letters handed over by SFTP")
        return 0
    SSHD.mkdir(parents=True, exist_ok=True)
    is_root = os.geteuid() == 0
    as_root = ("-o", "APT::Sandbox::User=root") if is_root else ()
    if (is_root and apt_get("update")) or apt_get(
        *as_root, "download", *SSHD_PACKAGES, cwd=SSHD
    ):
        print("openssh-server: letters handed over by SFTP")
        return 0
    for file in SSHD.glob("*.deb"):
        subprocess.run(["dpkg-deb", "--extract", file, SSHD], check=True)
        file.unlink()
    return 0


def node_packages() -> int:
    """node-saml and what it stands on, as its lock says; does nothing when they are there."""
    stamp = NODE_PACKAGES / ".stamp"
    wanted = assets.recipe(NODE_RECIPE)
    if stamp.is_file() and stamp.read_text() == wanted:
        return 0
    shutil.rmtree(NODE_PACKAGES, ignore_errors=True)
    NODE_PACKAGES.mkdir(parents=True)
    try:
        assets.installed(NODE_PACKAGES, NODE_RECIPE)
    except subprocess.CalledProcessError as failed:
        print(f"node-saml was not installed: {failed}", file=sys.stderr)
        return 1
    stamp.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
