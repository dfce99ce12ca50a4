"""Keys and certificates: made, kept, loaded and used for signing.

The lowest room of the house: it imports nothing of ours.
"""
