"""The person's own pages, Miside.  The identity number stands in full on none of them."""
