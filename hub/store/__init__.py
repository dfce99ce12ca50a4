"""The database: SQLAlchemy Core on SQLite or PostgreSQL, known nowhere else in the hub.

`open_store` gives the rooms of `hub.seams.store.Store`, each a file here with the name of
its Protocol.  Beneath them lies one small seam, `database.Database`: `read`, `write`,
`write_later`.  On SQLite what waits in a process is committed as one group, by
whoever came first; on PostgreSQL each write is a transaction on a pooled connection.

Habits of this room: a counter or a once-only thing is one atomic statement, never a
read and then a write; statements are built once; times are integers, microseconds
since 1970; what is personal is sealed with its table and row id, or only hashed.
"""
