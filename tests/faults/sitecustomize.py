"""Loaded by Python at the start of a proxy under test: a clock, a resolver and an engine that a test can upset."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Any

CLOCK = os.environ.get("FAULTS_CLOCK", "")
if CLOCK:
    real_time, real_lookup = time.time, socket.getaddrinfo

    def upset_time() -> float:
        try:
            return real_time() + float(Path(CLOCK).read_text())
        except (OSError, ValueError):
            return real_time()

    def upset_lookup(host: Any, *rest: Any, **more: Any) -> Any:
        if str(host).startswith("hangs"):
            time.sleep(6)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real_lookup(host, *rest, **more)

    time.time = upset_time
    socket.getaddrinfo = upset_lookup

    from louver.core.engine import Engine

    real_request = Engine.request

    def upset_request(self: Engine, request: Any) -> Any:
        if "/raises" in request.url:
            raise ValueError("uid=s3cret")
        return real_request(self, request)

    Engine.request = upset_request  # type: ignore[method-assign]
