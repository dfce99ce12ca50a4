"""What can go wrong in the registry; each error has a stable code."""


class RegistryError(Exception):
    """A fault in the registry.  `detail` is for logs and developers, never for a citizen."""

    code = "registry"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class SnapshotDamaged(RegistryError):
    """A snapshot is not what was signed; the last good one stays in force."""

    code = "snapshot-damaged"


class UnknownSnapshot(RegistryError):
    """No snapshot has this number, or it is not on this machine yet."""

    code = "snapshot-unknown"
