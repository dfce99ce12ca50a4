"""What can go wrong with XML, signatures and metadata; each error has a stable code."""


class MetadataError(Exception):
    """A fault in a document.  `detail` says what was found and what was wanted."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
