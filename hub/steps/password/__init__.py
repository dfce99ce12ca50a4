"""The first step: identity number and password.  Proves PASSWORD."""
