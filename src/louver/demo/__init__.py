"""SHOWS what Louver does, on a small internet that lives on this computer only."""
