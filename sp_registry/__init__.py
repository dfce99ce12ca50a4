"""The registry of service providers: what agencies propose and administrators approve.

Imports `metadata` and `certs` and nothing above them.
"""
