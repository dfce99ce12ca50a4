"""SAML metadata and the XML it stands on: one parser, one verifier, one signer.

Imports `certs` and nothing above it.
"""
