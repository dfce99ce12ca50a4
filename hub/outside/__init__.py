"""Adapters to the world outside.  Only `hub.app` imports them.

Those for development stand beside the real ones and refuse to start in
production.
"""
