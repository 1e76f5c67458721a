"""Lets these tests use the ledger's samples, also where they run alone."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "ledger"))
