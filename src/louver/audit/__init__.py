"""Knows how to find out what one website does to its visitors: from a visit, live or recorded, to findings."""
