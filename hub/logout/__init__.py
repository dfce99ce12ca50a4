"""Single logout: its SAML door, its pages, and what may be said of each service."""
