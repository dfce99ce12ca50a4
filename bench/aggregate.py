"""`python -m bench.aggregate`: a federation's signed aggregate into an empty registry.

The aggregate is generated: two of three entities are service providers, each with a
certificate of its own.  What is measured is `minid registry aggregate --certificate` in a
process by itself, as an administrator runs it.  `--against REV` runs the tree of an earlier
commit first, on the same file.
"""

import argparse
import base64
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from bench.__main__ import ROOT, worktree
from certs.make_key import KeyKind, make_key
from hub.installation import install
from hub.settings import Settings
from metadata import names
from metadata.signature import enveloped

HUB = "http://localhost:8080"
HEAD = f'<md:EntitiesDescriptor xmlns:md="{names.MD}" ID="_all">'
TAIL = "</md:EntitiesDescriptor>"
DESCRIPTION = "A service that is described at some length, as those in federations are. "


def main(arguments: Sequence[str] | None = None) -> int:
    known = argparse.ArgumentParser(prog="python -m bench.aggregate", description=__doc__)
    known.add_argument("--megabytes", type=int, default=100)
    known.add_argument("--against", metavar="REV", help="an earlier commit, run first")
    args = known.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="minid-aggregate-")))
        # In a process that ends: what it used would count as its children's peak.
        maker = stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
        count = maker.submit(make, folder, args.megabytes * 1_000_000).result()
        size = (folder / "all.xml").stat().st_size / 1e6
        print(f"{size:.0f} MB with {count} entities\n\n| tree | seconds | peak MB | told last |")
        print("|---|---|---|---|")
        if args.against:
            earlier = stack.enter_context(worktree(args.against, folder / "tree"))
            take_in(args.against, earlier, folder)
        take_in("here", ROOT, folder)
    print(f"\nload average {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    return 0


def take_in(name: str, tree: Path, folder: Path) -> None:
    """Run the command in an installation of its own, and say what it took."""
    instance = folder / f"instance-{name}"
    settings = Settings(
        base_url=HUB, mode="development", instance=instance, key_kind=KeyKind.RSA_2048
    )
    install(settings, datetime.now(UTC))
    environment = {
        **os.environ,
        "PYTHONPATH": str(tree),
        "MINID_MODE": "development",
        "MINID_BASE_URL": HUB,
        "MINID_INSTANCE": str(instance),
    }
    command = [sys.executable, "-m", "hub.commands", "registry", "aggregate"]
    command += [str(folder / "all.xml"), "--certificate", str(folder / "federation.pem")]
    begun = time.perf_counter()
    with (folder / "told").open("w") as told:
        process = subprocess.Popen(command, cwd=tree, env=environment, stdout=told)
        _pid, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    last = (folder / "told").read_text().splitlines()[-1]
    if status:
        raise SystemExit(f"it ended with {os.waitstatus_to_exitcode(status)}: {last}")
    print(f"| {name} | {seconds:.1f} | {used.ru_maxrss // 1024} | {last} |", flush=True)


def make(folder: Path, size: int) -> int:
    """Write a signed aggregate of about this many bytes, and its certificate; how many entities."""
    parts, length = [], 0
    for entity in entities():
        parts.append(entity)
        length += len(entity)
        if length >= size:
            break
    key = make_key(folder / "keys", "federation", KeyKind.RSA_2048, "federation", datetime.now(UTC))
    tail = "".join((*parts, TAIL)).encode()
    (folder / "all.xml").write_bytes(enveloped(HEAD.encode(), tail, "_all", key))
    der = base64.encodebytes(key.certificate.der).decode()
    pem = f"-----BEGIN CERTIFICATE-----\n{der}-----END CERTIFICATE-----\n"
    (folder / "federation.pem").write_text(pem)
    return len(parts)


def entities() -> Iterator[str]:
    """Canonical, so that the bytes that are written are those that are signed."""
    random = Random(1)
    issuer = ec.generate_private_key(ec.SECP256R1())
    public = rsa.generate_private_key(65537, 2048).public_key()
    number = 0
    while True:
        number += 1
        at = f"https://service-{number}.example.org"
        about = DESCRIPTION * random.randint(2, 40)
        certificate = _certificate(issuer, public, number)
        role = _sp(at, about, certificate) if number % 3 else _idp(at, about, certificate)
        yield f'<md:EntityDescriptor entityID="{at}/saml">{role}</md:EntityDescriptor>'


def _sp(at: str, about: str, certificate: str) -> str:
    return (
        '<md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true"'
        f' protocolSupportEnumeration="{names.SAMLP}">{_shown(at, about)}'
        f"{_key('signing', certificate)}{_key('encryption', certificate)}"
        f'<md:SingleLogoutService Binding="{names.HTTP_REDIRECT}" Location="{at}/slo">'
        f"</md:SingleLogoutService><md:NameIDFormat>{names.TRANSIENT}</md:NameIDFormat>"
        f'<md:AssertionConsumerService Binding="{names.HTTP_POST}" Location="{at}/acs"'
        ' index="0"></md:AssertionConsumerService></md:SPSSODescriptor>'
    )


def _idp(at: str, about: str, certificate: str) -> str:
    return (
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{names.SAMLP}">'
        f"{_shown(at, about)}{_key('signing', certificate)}"
        f'<md:SingleSignOnService Binding="{names.HTTP_REDIRECT}" Location="{at}/sso">'
        "</md:SingleSignOnService></md:IDPSSODescriptor>"
    )


def _shown(at: str, about: str) -> str:
    return (
        f'<md:Extensions><mdui:UIInfo xmlns:mdui="{names.MDUI}"><mdui:DisplayName xml:lang="en">'
        f'{at}</mdui:DisplayName><mdui:Description xml:lang="en">{about}</mdui:Description>'
        "</mdui:UIInfo></md:Extensions>"
    )


def _key(use: str, certificate: str) -> str:
    return (
        f'<md:KeyDescriptor use="{use}"><ds:KeyInfo xmlns:ds="{names.DS}"><ds:X509Data>'
        f"<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        "</md:KeyDescriptor>"
    )


def _certificate(
    issuer: ec.EllipticCurvePrivateKey, public: rsa.RSAPublicKey, number: int
) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"service-{number}.example.org")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(number)
        .not_valid_before(datetime.now(UTC) - timedelta(days=30))
        .not_valid_after(datetime.now(UTC) + timedelta(days=700))
        .sign(issuer, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


if __name__ == "__main__":
    sys.exit(main())
