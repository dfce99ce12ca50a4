"""What can go wrong with keys and certificates; each error has a stable code."""


class CertsError(Exception):
    """A fault in a key or certificate.  `detail` never holds key material."""

    code = "certs"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
