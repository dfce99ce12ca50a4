"""The work beside the requests, and how the hub tells its keepers that it fares well."""
