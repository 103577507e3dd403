"""Which methods are there? Found by name in the rooms' METHODS; imported when first used."""

import difflib
from collections.abc import Iterator
from importlib import import_module

from joinedup import ROOMS
from joinedup.core.errors import ProjectError
from joinedup.core.method import Method


def names() -> tuple[str, ...]:
    """Every method's name, `room.verb`, sorted."""
    return tuple(
        sorted(
            f"{room}.{verb}" for room in ROOMS for verb in import_module(f"joinedup.{room}").METHODS
        )
    )


def method(name: str) -> Method:
    """The card of one method.

    Raises:
        ProjectError: there is no such method.
    """
    if name not in names():
        near = difflib.get_close_matches(name, names(), n=1)
        hint = f"did you mean {near[0]}?" if near else "`joinedup methods` lists them."
        raise ProjectError("there is no such method.", fix=hint, where=name)
    room, _, verb = name.partition(".")
    card: Method = getattr(import_module(f"joinedup.{room}"), verb)
    return card


def every() -> Iterator[Method]:
    """Every method's card."""
    for name in names():
        yield method(name)
