"""``python -m skolnat`` is the same as the command ``skolnat``."""

from __future__ import annotations

from skolnat.cli import main

if __name__ == "__main__":
    main()
