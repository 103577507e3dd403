"""A result for programs: a short answer, and a lossless form that the records keep."""

import dataclasses
import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from joinedup.core.digest import digest
from joinedup.core.method import Provenance
from joinedup.result.blocks import (
    Caution,
    Check,
    Checks,
    Column,
    Estimate,
    Estimates,
    Figure,
    Hidden,
    Map,
    Prose,
    Table,
)
from joinedup.result.model import Output, Result

ESTIMATE_KEYS = ("name", "value", "low", "high", "level", "unit", "n")
KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(Caution, Check, Checks, Column, Estimate, Estimates, Figure, Map, Prose, Table),
        *(Provenance, Result),
    )
}
OF = "is"


def as_dict(content: Output | Result, tables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The short answer of `--json`: headline, estimates, tables, checks, cautions, provenance."""
    result = content.result if isinstance(content, Output) else content
    return {
        "method": result.method,
        "headline": result.headline,
        "estimates": [
            {key: _finite(getattr(one, key)) for key in ESTIMATE_KEYS} for one in result.estimates
        ],
        "tables": dict(tables or {}),
        "checks": [dataclasses.asdict(check) for check in result.checks],
        "cautions": list(result.cautions),
        "provenance": _plain(result.provenance) if result.provenance else {},
    }


def render(content: Output | Result, tables: Mapping[str, str] | None = None) -> str:
    """The short answer as JSON text that every parser reads: no NaN, no infinity."""
    return json.dumps(as_dict(content, tables), indent=2, ensure_ascii=False, allow_nan=False)


def dump_result(result: Result) -> str:
    """The whole result as text, from which `load_result` makes the same result again."""
    return json.dumps(_packed(result), ensure_ascii=False, allow_nan=False, sort_keys=True)


def load_result(text: str) -> Result:
    """The result that `dump_result` wrote."""
    found = _unpacked(json.loads(text))
    if not isinstance(found, Result):
        message = "the text holds no result"
        raise TypeError(message)
    return found


def content_digest(result: Result) -> str:
    """SHA-256 of the whole content, provenance included: what an approval binds to."""
    return digest(_packed(result))


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> Any:
    """Dataclasses and mappings as dicts, dates as text, no number that is not finite."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return _finite(value)


def _packed(value: Any) -> Any:
    """Each record says what it is; dates and hidden cells are marked."""
    if isinstance(value, Hidden):
        return {OF: "hidden", "reason": value.reason}
    if type(value).__name__ in KINDS and dataclasses.is_dataclass(value):
        fields = {one.name: _packed(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {OF: type(value).__name__, **fields}
    if isinstance(value, datetime):
        return {OF: "datetime", "value": value.isoformat()}
    if isinstance(value, date):
        return {OF: "date", "value": value.isoformat()}
    if isinstance(value, Mapping):
        return {OF: "mapping", "items": [[str(key), _packed(one)] for key, one in value.items()]}
    if isinstance(value, tuple):
        return {OF: "tuple", "items": [_packed(one) for one in value]}
    if isinstance(value, list):
        return [_packed(one) for one in value]
    return _finite(value)


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(one) for one in value]
    if not isinstance(value, dict):
        return value
    match value[OF]:
        case "hidden":
            return Hidden(value["reason"])
        case "datetime":
            return datetime.fromisoformat(value["value"])
        case "date":
            return date.fromisoformat(value["value"])
        case "mapping":
            return {key: _unpacked(one) for key, one in value["items"]}
        case "tuple":
            return tuple(_unpacked(one) for one in value["items"])
        case kind:
            fields = {key: _unpacked(one) for key, one in value.items() if key != OF}
            return KINDS[kind](**fields)
