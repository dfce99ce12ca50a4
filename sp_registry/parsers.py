"""How the commands of `minid` are given the place where each adds its own."""

import argparse

Parsers = argparse._SubParsersAction  # argparse has no public name for it
