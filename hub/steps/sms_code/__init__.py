"""The second factor by telephone.  Proves SMS_CODE."""
