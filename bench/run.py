"""Runs every benchmark, one after the other, and names those that failed.

python bench/run.py [NAME…]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"run", "common"}


def main() -> None:
    """Run what is asked for, else everything."""
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_BENCHMARKS)
    asked = sys.argv[1:] or known
    unknown = [name for name in asked if name not in known]
    if unknown:
        sys.exit(f"no benchmark named {', '.join(unknown)}; there are {', '.join(known)}")
    failed = []
    for name in asked:
        print(f"\n## {name}\n", flush=True)
        if subprocess.run([sys.executable, HERE / f"{name}.py"], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
