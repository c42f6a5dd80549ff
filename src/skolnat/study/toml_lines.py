"""In which line of a TOML file a key stands, so that a fault can name it.

The parser of the standard library tells no lines of keys. This reads just enough of the grammar
to know: headers, keys, and where a value that spans lines ends.
"""

from __future__ import annotations

import re
from typing import Final

Path = tuple[str | int, ...]

_LONG_STRING: Final = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'', re.DOTALL)
_STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_COMMENT: Final = re.compile(r"#.*")
_PART: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([A-Za-z0-9_-]+)')
_KEY: Final = re.compile(
    r'\s*((?:"(?:[^"\\]|\\.)*"|\'[^\']*\'|[A-Za-z0-9_-]+)'
    r'(?:\s*\.\s*(?:"(?:[^"\\]|\\.)*"|\'[^\']*\'|[A-Za-z0-9_-]+))*)\s*='
)
_HEADER: Final = re.compile(r"\s*(\[\[?)(.+?)\]\]?\s*(?:#.*)?$")


def key_lines(text: str) -> dict[Path, int]:
    """Return the line, from 1, of every table and key.

    Parameters
    ----------
    text
        A TOML document.

    Returns
    -------
    dict
        Path of keys (and indices in arrays of tables) to line.
    """
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    depth = 0
    for number, line in enumerate(_blank_long_strings(text).splitlines(), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if depth == 0 and key:
            path = table + _parts(key[1])
            _note(lines, path, number)
            line = line[key.end() :]  # noqa: PLW2901 - a quoted key must not count as a value
        elif depth == 0 and header:
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            _note(lines, table, number)
            continue
        bare = _COMMENT.sub("", _STRING.sub("", line))
        depth += sum(bare.count(c) for c in "[{") - sum(bare.count(c) for c in "]}")
    return lines


def line_of(text: str, path: Path) -> int | None:
    """Return the line of a key, of its table where the key lacks, or None.

    An item of a list is looked for from the line of its key on.

    Parameters
    ----------
    text
        A TOML document.
    path
        Path of keys, and of indices in lists.
    """
    lines = key_lines(text)
    for length in range(len(path), 0, -1):
        line = lines.get(path[:length])
        if line is not None:
            return line
    return None


def line_of_item(text: str, path: Path, item: str) -> int | None:
    """Return the line in which a text of a list stands, or that of the list.

    Parameters
    ----------
    text
        A TOML document.
    path
        Path of keys to the list.
    item
        The text as it is read; "" asks for the list itself.
    """
    start = line_of(text, path)
    if start is None or not item:
        return start
    rest = text.splitlines()[start - 1 :]
    for offset, line in enumerate(rest):
        if f'"{item}"' in line or f"'{item}'" in line:
            return start + offset
    return start


def _note(lines: dict[Path, int], path: Path, number: int) -> None:
    for length in range(1, len(path) + 1):
        lines.setdefault(path[:length], number)


def _parts(dotted: str) -> Path:
    return tuple(next(filter(None, found), "") for found in _PART.findall(dotted))


def _blank_long_strings(text: str) -> str:
    return _LONG_STRING.sub(lambda found: '""' + "\n" * found[0].count("\n"), text)
