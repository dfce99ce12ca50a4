"""Everything that the hub asks of the world, as Protocols.

Adapters in `hub/outside/` (gateways, clock) and `hub/store/` (the database)
keep them; `hub/app.py` alone puts them together.  They raise our errors only.
Times are aware and in UTC.  Every method that writes has committed durably
when it returns, unless it says otherwise.
"""
