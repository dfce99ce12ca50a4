"""A batch of letters as one file: a ZIP of sealed letters and their manifest.  Pure.

The manifest names each letter with its SHA-256, and the letters that are not to be posted
though the printer may have them.  The same batch gives the same bytes.
"""

import hashlib
import json
import zipfile
from typing import IO

from hub.seams.letters import Batch

WHEN = (1980, 1, 1, 0, 0, 0)  # the oldest that ZIP knows: the same batch has the same bytes


def name_of(batch: Batch) -> str:
    return f"letters-{batch.name}.zip"


def write_zip(file: IO[bytes], batch: Batch) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as whole:
        whole.writestr(zipfile.ZipInfo("manifest.json", WHEN), manifest(batch))
        for letter in batch.letters:
            whole.writestr(zipfile.ZipInfo(f"{letter.id}.p7m", WHEN), letter.content)


def manifest(batch: Batch) -> str:
    return json.dumps(
        {
            "format": 1,
            "batch": batch.name,
            "letters": [
                {
                    "id": letter.id,
                    "file": f"{letter.id}.p7m",
                    "size": len(letter.content),
                    "sha256": hashlib.sha256(letter.content).hexdigest(),
                }
                for letter in batch.letters
            ],
            "withdrawn": list(batch.withdrawn),
        },
        indent=1,
    )
