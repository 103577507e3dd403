"""Joinedup: the software an Office of Data Analytics runs on.

`joinedup.target`, `joinedup.evaluate` … are the rooms; each offers its methods as functions.
Rooms are imported when they are first named, so `import joinedup` costs almost nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

ROOMS = ("diagnose", "link", "target")


def __getattr__(name: str) -> Any:
    if name in ROOMS:
        return import_module(f"joinedup.{name}")
    message = f"module 'joinedup' has no attribute '{name}'"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted({*globals(), *ROOMS})
