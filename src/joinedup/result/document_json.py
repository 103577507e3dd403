"""A document for a program: every part as it is, what is missing and what must be judged."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from joinedup.result.document import SCHEMA, Document

FORMAT = "joinedup-document"


def render(document: Document) -> str:
    """The document as JSON text, keys in order, one line break at the end."""
    facts = {
        "format": FORMAT,
        "schema": SCHEMA,
        "kind": document.kind,
        "title": document.title,
        "about": document.about,
        "status": document.status,
        "signed": document.signed,
        "standing": document.standing,
        "made_on": document.made_on.isoformat(),
        "digest": document.digest,
        "example": document.example,
        "lead": document.lead,
        "missing": [
            {"what": one.label, "file": one.file, "key": one.key} for one in document.missing
        ],
        "judge": list(document.judge),
        "sections": [plain(one) for one in document.sections],
        "record": plain(document.record),
        "files": dict(document.files),
    }
    return json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """A part as JSON; each says what it is under `is`."""
    if is_dataclass(value) and not isinstance(value, type):
        inner = {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        return {"is": type(value).__name__.lower(), **inner}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
