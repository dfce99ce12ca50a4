"""Letters on paper: what a sheet of PIN codes looks like, when one may be ordered, and
how it gets from an order to the letter box."""
