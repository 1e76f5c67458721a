"""Remembers: schema, writer, reader and retention of the ledger. The only room that touches SQLite."""
