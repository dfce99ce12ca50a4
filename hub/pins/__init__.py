"""Sheets of PIN codes, blocked and ordered by their owners."""
