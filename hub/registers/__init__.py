"""Folkeregisteret and the contact register: their formats, what follows from them for
accounts and letters, and a made-up register for development."""
