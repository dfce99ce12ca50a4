"""The second factor by a passkey.  Proves PASSKEY."""
