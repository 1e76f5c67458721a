"""TELLS. Rows in, documents out."""
