"""Skolnät: municipalities plan a networked basic school together.

From falling numbers of children to cooperation across the border that can be decided on.
One room a package; ``docs/architecture.md`` says what lives where. Nothing heavy is imported
here, so that the command starts at once.
"""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
