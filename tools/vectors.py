"""Make every test vector anew: runs each `make_…_vectors.py` beside this file.

A run without a change in these leaves no diff.
"""

import subprocess
import sys
from pathlib import Path


def main() -> None:
    for builder in sorted(Path(__file__).parent.glob("make_*_vectors.py")):
        print(builder.name)
        subprocess.run([sys.executable, builder], check=True)


if __name__ == "__main__":
    main()
