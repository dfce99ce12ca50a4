"""SAML 2.0 messages as pure functions: no Flask and no storage in here."""
