"""Refuse files too large for a source tree: `large_files.py FILE…`."""

import sys
from pathlib import Path

MOST = 300_000  # bytes; the test lock is the largest of ours


def too_large(names: list[str]) -> list[str]:
    paths = (Path(name) for name in names)
    return [str(path) for path in paths if path.is_file() and path.stat().st_size > MOST]


def main(names: list[str]) -> int:
    refused = too_large(names)
    for name in refused:
        print(f"{name} is larger than {MOST} bytes", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
