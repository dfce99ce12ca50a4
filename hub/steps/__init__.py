"""The steps of a MinID login.  Each proves something; none judges what it is worth."""
