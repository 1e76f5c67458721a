"""An optional target for atheris: whatever bytes an exchange is made of, the addon writes it down and does not fail.

pip install atheris; PYTHONPATH=tests/proxy python tests/fuzz/fuzz_addon.py

pytest does not collect it. The same law is tested with hypothesis in tests/proxy/test_flow_storm.py.
"""

from __future__ import annotations

import importlib
import sys

from flow_storm import Exchange, a_louver, pass_through


def one_input(data: bytes) -> None:
    """Cut the bytes into lines: host, method, path, body, then header lines of request and answer in turn."""
    host, method, path, body, *lines = [*data.split(b"\n"), b"", b"", b"", b""]
    pairs = [(name, value) for name, _, value in (line.partition(b":") for line in lines)]
    made = Exchange(host.decode("utf-8", "replace"), method, path=b"/" + path, body=body)
    made.headers, made.answer = pairs[::2], pairs[1::2]
    louver, book = a_louver()
    pass_through(louver, made)
    assert book.faults == []
    assert len(book.exchanges) == 1


if __name__ == "__main__":
    atheris = importlib.import_module("atheris")
    atheris.instrument_all()
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
