"""First registration: number and two codes of the letter, then a password of one's own.

Proves LETTER_PIN and PASSWORD.  A person who is registered already mends a
forgotten password here, and then shows the registered mobile too.
"""
