"""FETCHES, verifies, compiles and rolls back blocklists; the only outbound use of the network besides traffic."""
