"""The linter: everything that is wrong with a metadata document, at once and in plain words.

`linter.lint` is the way in; nothing here reads files, clocks or the database.
"""
