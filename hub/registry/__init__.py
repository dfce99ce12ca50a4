"""The hub's side of the registry: staff, traffic, dry runs, staged versions, care."""
