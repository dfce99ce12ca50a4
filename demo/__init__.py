"""Seven make-believe agencies: real SAML service providers to try the hub with.

A program of its own.  It knows the hub only by its published metadata, as an
agency's software does, and imports nothing of it.
"""
