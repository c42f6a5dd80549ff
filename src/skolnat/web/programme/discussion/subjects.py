"""What can be discussed: each app describes its own things, and who may see and discuss them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from skolnat.web.common.texts import Told


@dataclass(frozen=True)
class Kind:
    """One kind of thing that can be discussed.

    Parameters
    ----------
    name
        In addresses and in the database, such as ``"event"``.
    label
        Lazy text, such as "Event".
    find
        Returns the things of some numbers, by number; those that are gone are left out.
    may_read
        Whether somebody may see a thing, and so what is said of it.
    may_write
        Whether somebody who may read may also write.
    title
        A thing's title with its language.
    url
        Address of a thing's page in the language of the moment.
    """

    name: str
    label: Any
    find: Callable[[Collection[int]], Mapping[int, Any]]
    may_read: Callable[[Any, Any], bool]
    may_write: Callable[[Any, Any], bool]
    title: Callable[[Any], Told]
    url: Callable[[Any], str]


@dataclass(frozen=True)
class Subject:
    """One thing that can be discussed."""

    kind: Kind
    key: int
    thing: Any

    @property
    def title(self) -> Told:
        """Its title."""
        return self.kind.title(self.thing)

    @property
    def url(self) -> str:
        """Address of its page."""
        return self.kind.url(self.thing)

    def may_read(self, user: Any) -> bool:
        """Whether somebody may read what is said of it."""
        return self.kind.may_read(user, self.thing)

    def may_write(self, user: Any) -> bool:
        """Whether somebody may say something of it."""
        signed_in = bool(user.is_authenticated and user.is_active)
        return signed_in and self.may_read(user) and self.kind.may_write(user, self.thing)


_LARGEST: Final = 2**63 - 1
"""Largest number of a row; a larger one in an address has none."""
_kinds: dict[str, Kind] = {}


def add(*kinds: Kind) -> None:
    """Let things of some kinds be discussed (in ``AppConfig.ready``)."""
    for one in kinds:
        _kinds[one.name] = one


def kinds() -> list[Kind]:
    """Return every kind."""
    return list(_kinds.values())


def subject(kind: str, key: int) -> Subject | None:
    """Return one thing, or None where there is none."""
    return subjects([(kind, key)]).get((kind, key))


def subjects(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """Return many things, each kind asked once."""
    by_kind: dict[str, set[int]] = {}
    for kind, key in wanted:
        if key <= _LARGEST:
            by_kind.setdefault(kind, set()).add(key)
    found: dict[tuple[str, int], Subject] = {}
    for name, keys in by_kind.items():
        kind_of = _kinds.get(name)
        if kind_of is not None:
            for key, thing in kind_of.find(keys).items():
                found[name, key] = Subject(kind_of, key, thing)
    return found


def readable(user: Any, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """Return those of many things that somebody may see."""
    return {at: one for at, one in subjects(wanted).items() if one.may_read(user)}
