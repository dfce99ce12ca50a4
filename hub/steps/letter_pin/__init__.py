"""The second factor on paper: one asked-for code of the sheet.  Proves LETTER_PIN."""
