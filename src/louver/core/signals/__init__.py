"""Finds pieces of personal information in an exchange, names each, and says how surely it is one."""
