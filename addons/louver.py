"""Louver for people who run mitmproxy themselves: `mitmdump -s addons/louver.py`. No logic here."""

import sys
from pathlib import Path

# mitmproxy puts this folder on the path, where this file would be taken for the package of the same name.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent]

from louver.proxy.door import Door  # noqa: E402  (only now is the package found)

addons = [Door()]
