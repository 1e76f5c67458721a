"""Sends every connection of a stock mitmdump to the benchmark's origin, by the very code of Louver's own option."""

import os

from louver.proxy.connect_to import ConnectTo

detour = ConnectTo()
detour.take([os.environ["LOUVER_BENCH_DETOUR"]])
addons = [detour]
