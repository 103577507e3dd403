"""Frozen records as JSON and back: what crosses between the office and the child.

Strict on the way back: a child that was taken over may say anything.
"""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def refuse_answer() -> NoReturn:
    """What came back is not what was asked for; it is not repeated.

    Raises:
        ValueError: always.
    """
    message = "not what was asked for"
    raise ValueError(message)


def as_plain(value: Any) -> Any:
    """A record, or several, as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: as_plain(inner) for key, inner in value.items()}
    return [as_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def as_record(kind: type[Record], said: Any) -> Record:
    """The record, each field of the type it was declared with.

    Raises:
        ValueError: a field is missing, unknown, or of another type.
    """
    made: Record = _made(kind, said)
    return made


def as_records(kind: type[Record], said: Any) -> tuple[Record, ...]:
    """As `as_record`, for a list of them."""
    if not isinstance(said, list):
        refuse_answer()
    return tuple(as_record(kind, one) for one in said)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(kind: Any, said: Any) -> Any:
    origin = get_origin(kind)
    if origin is Literal:
        made = _word(get_args(kind), said)
    elif origin in (Union, UnionType):
        made = _one_of(get_args(kind), said)
    elif origin is tuple:
        made = _tuple(get_args(kind), said)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        made = _mapping(get_args(kind), said)
    elif is_dataclass(kind):
        made = _dataclass(kind, said)
    else:
        made = said if kind is Any else _single(kind, said)
    return made


def _single(kind: type[Any], said: Any) -> Any:
    """A text, a number, or a yes or no, which Python takes for a number."""
    if kind is float and isinstance(said, int) and not isinstance(said, bool):
        return float(said)
    if not isinstance(said, kind) or (isinstance(said, bool) and kind is not bool):
        refuse_answer()
    if isinstance(said, float) and not math.isfinite(said):
        refuse_answer()
    return said


def _word(words: tuple[Any, ...], said: Any) -> Any:
    found = [word for word in words if type(word) is type(said) and word == said]
    if not found:
        refuse_answer()
    return found[0]


def _dataclass(kind: Any, said: Any) -> Any:
    names = {one.name for one in fields(kind)}
    if not isinstance(said, dict) or set(said) != names:
        refuse_answer()
    hints = _hints(kind)
    return kind(**{name: _made(hints[name], inner) for name, inner in said.items()})


def _one_of(kinds: tuple[Any, ...], said: Any) -> Any:
    if said is None and NoneType in kinds:
        return None
    for kind in kinds:
        try:
            return _made(kind, said)
        except ValueError:
            continue
    refuse_answer()


def _tuple(kinds: tuple[Any, ...], said: Any) -> tuple[Any, ...]:
    if not isinstance(said, list):
        refuse_answer()
    if kinds[-1] is Ellipsis:
        return tuple(_made(kinds[0], inner) for inner in said)
    if len(said) != len(kinds):
        refuse_answer()
    return tuple(_made(kind, inner) for kind, inner in zip(kinds, said, strict=True))


def _mapping(kinds: tuple[Any, ...], said: Any) -> dict[Any, Any]:
    if not isinstance(said, dict):
        refuse_answer()
    return {_made(kinds[0], key): _made(kinds[1], inner) for key, inner in said.items()}
