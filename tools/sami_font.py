"""Make static/inter-sami.woff2: the letters that Northern Sámi adds, out of Inter.

    pip install fonttools brotli && python tools/sami_font.py

The font's whole extension for Latin weighs 85 kB, and a first visit in Northern Sámi would
fetch all of it for six letters.  Run again with the same versions it leaves no diff.  Inter
is under the SIL Open Font License 1.1: its copyright and the licence's address stay in the
file, and the licence's text comes with the rest of Inter (static/vendor/LICENSE-inter.txt).
"""

import subprocess
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
WHOLE = STATIC / "vendor" / "inter-latin-ext-wght-normal.woff2"
LETTERS = "ČčĐđŊŋŠšŦŧŽž"


def main() -> int:
    options = (
        f"--text={LETTERS}",
        "--flavor=woff2",
        "--layout-features=kern,mark,ccmp",
        "--name-IDs=*",
        f"--output-file={STATIC / 'inter-sami.woff2'}",
    )
    command = [sys.executable, "-m", "fontTools.subset", str(WHOLE), *options]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
