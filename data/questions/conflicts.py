"""Notices of deconfliction, each overlap once: what was told of one record several times, or of several alike."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from watchfloor.geo.answers import Linked

_GRAVEST_FIRST = ("conflict", "possible", "resolved", "clear")


def of_each_record(notices: Sequence[Linked]) -> tuple[Linked, ...]:
    """One notice of a record for each agency that is to be called: the gravest status, all overlaps in words."""
    return _grouped(notices, lambda one: (one.id, one.kind, one.call, one.label))


def of_each_overlap(notices: Sequence[Linked]) -> tuple[Linked, ...]:
    """Beyond that, operations of one name with one and the same overlap stand once, with how many they are.

    Persons and things of one name stay apart: a name alone does not make them one.
    """
    once = of_each_record(notices)
    return _grouped(
        once,
        lambda one: one.id if one.kind == "entity" else (one.kind, one.name, one.status, one.how, one.call, one.label),
    )


def _grouped(notices: Sequence[Linked], key: Callable[[Linked], Hashable]) -> tuple[Linked, ...]:
    groups: dict[Hashable, list[Linked]] = {}
    for one in notices:
        groups.setdefault(key(one), []).append(one)
    return tuple(_one(group) for group in groups.values())


def _one(group: list[Linked]) -> Linked:
    first, records = min(group, key=_gravity), len({one.id for one in group})
    how = " · ".join(dict.fromkeys(one.how for one in group if one.how))
    return replace(first, how=f"{how} · {records} records" if records > 1 else how)


def _gravity(one: Linked) -> int:
    return _GRAVEST_FIRST.index(one.status) if one.status in _GRAVEST_FIRST else len(_GRAVEST_FIRST)
