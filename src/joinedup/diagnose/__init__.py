"""Diagnose: how big is the problem, where, for whom, and who knows of it already?

Comes in:  tables of people, homes or businesses (`admitted.*`, `linked.*`, `defined.*`).
Goes out:  counts and shares by area and group, each with a Result, and whom each count counts.
Promises:  a person, home or business is counted once in a cell, however many rows it has; the
           same inputs and settings give the same rows.
Does not:  say which area is worse, or name anybody. What may be shown is `govern`'s to decide.
"""

from importlib import import_module
from typing import Any

METHODS = {"counts": "joinedup.diagnose.counting"}


def __getattr__(name: str) -> Any:
    if name not in METHODS:
        message = f"module 'joinedup.diagnose' has no attribute '{name}'"
        raise AttributeError(message)
    method = import_module(METHODS[name]).METHOD
    globals()[name] = method
    return method


def __dir__() -> list[str]:
    return sorted({*globals(), *METHODS})
