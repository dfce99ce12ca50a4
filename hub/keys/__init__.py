"""The hub's signing keys, their change, and the key ring that guards the database."""
