"""What can go wrong in the registry; each error has a stable code."""


class RegistryError(Exception):
    """A fault in the registry.  `detail` is for logs and developers, never for a citizen."""

    code = "registry"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
