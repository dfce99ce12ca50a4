"""What SMS gateways speak, as pure functions: alphabets, requests, answers, receipts.

No connection is made here; that is for `hub/outside/`.
"""
