"""Build the reference tables that ship with Skolnät from raw public files.

    python tools/build_reference.py --data ../shared/data

The same raw files give the same bytes. What was found in them is printed, the built tables are
checked against independent totals, and nothing is written when a check fails.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reference.build import build
from reference.raw import MissingRawFile

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "src" / "skolnat" / "reference"


def main(arguments: list[str] | None = None) -> int:
    """Build; return 0, or 2 when a raw file is missing or a check fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--data", type=Path, default=ROOT / "../shared/data", help="folder of the raw files"
    )
    parser.add_argument("--out", type=Path, default=TABLES, help="folder of the built tables")
    options = parser.parse_args(arguments)
    try:
        build(options.data, options.out)
    except (MissingRawFile, ValueError) as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
