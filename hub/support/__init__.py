"""The help desk, `/support`: people are found, seen without secrets, and helped.

Nothing here logs anybody in as somebody else, shows or chooses a password or a code, or
changes a mobile or an e-mail address.
"""
