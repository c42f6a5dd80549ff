"""The gettext catalogues of the web: found in the source, merged, checked and compiled.

English stands in the source. Each app has its own catalogues in ``locale/``, so that two people
who work on two apps never write into the same file. All is done by Babel: no GNU tools needed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB: Final = Path(__file__).parent
TRANSLATED: Final = ("sv", "fi")
"""Languages that have a catalogue; English stands in the source."""
_CALLS: Final = frozenset(
    {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
)
_HEADS: Final = (
    *("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator"),
    *("Project-Id-Version", "Report-Msgid-Bugs-To", "Language-Team"),
)
_WITH_CONTEXT: Final = frozenset({"pgettext", "pgettext_lazy"})


@dataclass(frozen=True)
class Found:
    """A text in the source.

    Parameters
    ----------
    text
        As it stands; singular where there is a plural.
    plural
        Plural form, or "".
    context
        What tells two equal texts apart, or "".
    place
        File, relative to the web's folder.
    line
        Line in it.
    """

    text: str
    plural: str
    context: str
    place: str
    line: int


def homes(root: Path = WEB) -> list[Path]:
    """Return the folders that have catalogues of their own: the web itself and every app."""
    apps = sorted(file.parent for file in root.rglob("apps.py"))
    return [root, *apps]


def catalogue_file(home: Path, language: str) -> Path:
    """Return where the catalogue of an app lies."""
    return home / "locale" / language / "LC_MESSAGES" / "django.po"


def find(home: Path, all_homes: Iterable[Path]) -> list[Found]:
    """Return every text below a folder that belongs to it and to no app further down."""
    others = [other for other in all_homes if other != home and home in other.parents]
    found: list[Found] = []
    for file in sorted([*home.rglob("*.py"), *home.rglob("templates/**/*")]):
        if not file.is_file() or any(other in file.parents for other in others):
            continue
        place = file.relative_to(WEB).as_posix() if WEB in file.parents else file.name
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".py":
            found += _in_python(text, place)
        elif file.suffix in {".html", ".txt"}:
            found += _in_template(text, place)
    return found


def _in_python(source: str, place: str) -> Iterator[Found]:
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    given = {
        alias.asname: alias.name
        for node in imports
        if node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and alias.asname != "_"
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        name = given.get(called, called)
        texts = [
            arg.value
            for arg in node.args
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if name in _CALLS and texts:
            plural = texts[1] if name.startswith("n") and len(texts) > 1 else ""
            yield Found(texts[0], plural, "", place, node.lineno)
        elif name in _WITH_CONTEXT and len(texts) > 1:
            yield Found(texts[1], "", texts[0], place, node.lineno)


def _in_template(source: str, place: str) -> Iterator[Found]:
    """Find the texts of a template, by way of Django's own rewriting of it into calls."""
    from django.utils.translation import templatize

    # What templatize leaves between the calls is noise; each call stands on its own.
    rewritten = templatize(source, origin=place)
    for line, start, stop in _calls(rewritten):
        for one in _in_python(rewritten[start:stop].replace("\n", "\\n"), place):
            yield Found(one.text, one.plural, one.context, place, line)


def _calls(rewritten: str) -> Iterator[tuple[int, int, int]]:
    """Return (line, start, end) of each call that templatize wrote."""
    import re

    for match in re.finditer(r"\b(?:ngettext|gettext|pgettext|npgettext|_)\(", rewritten):
        depth, quote, at = 0, "", match.end() - 1
        while at < len(rewritten):
            sign = rewritten[at]
            if quote:
                if sign == "\\":
                    at += 1
                elif sign == quote:
                    quote = ""
            elif sign in "'\"":
                quote = sign
            elif sign == "(":
                depth += 1
            elif sign == ")":
                depth -= 1
                if depth == 0:
                    break
            at += 1
        yield rewritten.count("\n", 0, match.start()) + 1, match.start(), at + 1


def read(home: Path, language: str) -> Catalog:
    """Return a catalogue as it lies on disk; empty where there is none yet."""
    file = catalogue_file(home, language)
    if not file.is_file():
        return Catalog(locale=language, fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def template(found: Iterable[Found]) -> Catalog:
    """Return the texts as a catalogue without translations."""
    made = Catalog(fuzzy=False)
    for one in found:
        identity = (one.text, one.plural) if one.plural else one.text
        flags = ["python-format"] if "%(" in one.text else []
        made.add(identity, locations=[(one.place, 0)], flags=flags, context=one.context or None)
    return made


def update() -> None:
    """Merge what stands in the source into every catalogue: new texts come in without words."""
    places = homes()
    for home in places:
        wanted = template(find(home, places))
        if not len(wanted):
            continue
        for language in TRANSLATED:
            held = read(home, language)
            held.update(wanted, no_fuzzy_matching=True)
            held.obsolete.clear()
            file = catalogue_file(home, language)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as opened:
                write_po(
                    opened,
                    held,
                    width=96,
                    sort_output=True,
                    omit_header=False,
                    include_lineno=False,
                    ignore_obsolete=True,
                )
            # A date would change on every run, and with it every branch that is merged.
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            dated = tuple(f'"{head}' for head in _HEADS)
            kept = [one for one in lines if not one.startswith((*dated, "# ", "#\n"))]
            file.write_text("".join(kept), encoding="utf-8")


def lacking() -> list[str]:
    """Return every text that lacks words in a language, or whose words are in doubt (fuzzy)."""
    places = homes()
    faults = []
    for home in places:
        wanted = template(find(home, places))
        for language in TRANSLATED:
            held = read(home, language)
            for message in wanted:
                if message.id:
                    found = held.get(message.id, message.context)
                    faults += [f"{language}: {fault}" for fault in _faults(message, found)]
    return faults


def _faults(wanted: Message, held: Message | None) -> Iterator[str]:
    name = wanted.id if isinstance(wanted.id, str) else wanted.id[0]
    place = wanted.locations[0][0] if wanted.locations else ""
    words = () if held is None else held.string
    forms = words if isinstance(words, (list, tuple)) else (words,)
    if held is None or not forms or not all(forms):
        yield f"{place}: no words for {name!r}"
    elif held.fuzzy:
        yield f"{place}: in doubt: {name!r}"


def unused() -> list[str]:
    """Return every text of a catalogue that stands in no source any more."""
    places = homes()
    faults = []
    for home in places:
        wanted = template(find(home, places))
        for language in TRANSLATED:
            faults += [
                f"{language}: {message.id!r}"
                for message in read(home, language)
                if message.id and wanted.get(message.id, message.context) is None
            ]
    return faults


def compile_all(*, always: bool = False) -> int:
    """Compile every catalogue that is newer than its ``.mo``; return how many were."""
    made = 0
    for home in homes():
        for language in TRANSLATED:
            source = catalogue_file(home, language)
            target = source.with_suffix(".mo")
            if not source.is_file():
                continue
            fresh = target.is_file() and target.stat().st_mtime >= source.stat().st_mtime
            if fresh and not always:
                continue
            part = target.with_suffix(f".{id(source)}.part")
            with part.open("wb") as opened:
                write_mo(opened, read(home, language))
            part.replace(target)
            made += 1
    return made
