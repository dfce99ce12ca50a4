"""The second factor by an authenticator app.  Proves TOTP."""
