"""The demo, and what exists in development mode alone."""
