"""The pages under `/registry`; `sp_registry.admin` puts them together."""
