"""SHOWS. The dashboard over the ledger, and the slats that people tilt."""
