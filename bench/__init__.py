"""How fast the hub is, measured on the real thing: `python -m bench`.

Beside every figure stands the raw speed of the same key on the same machine in the same
minute, so what carries over to another machine is the ratio.
"""
