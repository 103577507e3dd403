"""What is measured, and how it is told."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        size: what went in, with its unit.
        seconds: of ours; in words where the unit differs.
        peer: of the same by hand; empty where there is none.
        note: what was asserted, or why it was not measured.
    """

    what: str
    size: str
    seconds: str
    peer: str
    note: str
