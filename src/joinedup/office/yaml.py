"""Plain values as YAML that a person can read and every YAML reader reads back.

Block style; each text in double quotes, as JSON writes it, so that no text is ever taken for a
number, a date or a yes. Writing only: what an office declares is TOML.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

Value = None | bool | int | float | str | Sequence["Value"] | Mapping[str, "Value"]

PLAIN_KEY = re.compile("[A-Za-z_][A-Za-z0-9_]*")
WORDS_OF_YAML = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
NOT_PRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def yaml(value: Value) -> str:
    """The value as one YAML document, without a mark of its own around it.

    Raises:
        ValueError: a number is not finite.

    >>> print(yaml({"name": "no", "fields": [{"of": 1}, "a: b"], "none": []}), end="")
    name: "no"
    fields:
      - of: 1
      - "a: b"
    none: []
    """
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Value) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _entry(f"{_key(key)}:", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for inner in value:
            lines = list(_lines(inner))
            yield f"- {lines[0]}"
            yield from (f"  {line}" for line in lines[1:])
    else:
        yield _scalar(value)


def _entry(key: str, value: Value) -> Iterator[str]:
    """A key with its value beside it, or set in below it."""
    lines = list(_lines(value))
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str) and value:
        yield key
        yield from (f"  {line}" for line in lines)
    else:
        yield f"{key} {lines[0]}"


def _key(key: str) -> str:
    plain = PLAIN_KEY.fullmatch(key) and key.lower() not in WORDS_OF_YAML
    return key if plain else _scalar(key)


def _scalar(value: Value) -> str:
    """As JSON; what YAML may not print is escaped, and a number like 1e9 keeps its point."""
    if isinstance(value, float):
        text = json.dumps(value, allow_nan=False)
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return NOT_PRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
