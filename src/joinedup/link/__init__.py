"""Link: who in one organisation's records is who in another's.

Comes in:  any number of tables, one row per record (`admitted.*`, or files on the bench).
Goes out:  `pairs` with their probability, `entities` (one row per record), `review` (the doubtful).
Promises:  a record is in exactly one entity; the same inputs and seed give the same entities; the
           error is estimated, with an interval, where no truth is known.
Does not:  decide who may see a link. That is `govern`.
"""

from importlib import import_module
from typing import Any

METHODS = {
    "people": "joinedup.link.person_records",
    "businesses": "joinedup.link.business_records",
    "addresses": "joinedup.link.address_lookup",
    "households": "joinedup.link.household_records",
    "events": "joinedup.link.event_records",
    "encoded": "joinedup.link.encoded_records",
}


def __getattr__(name: str) -> Any:
    if name not in METHODS:
        message = f"module 'joinedup.link' has no attribute '{name}'"
        raise AttributeError(message)
    method = import_module(METHODS[name]).METHOD
    globals()[name] = method
    return method


def __dir__() -> list[str]:
    return sorted({*globals(), *METHODS})
