"""The hub itself: the SAML front door, the MinID login steps and their pages."""
