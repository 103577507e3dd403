"""A Result is what was found; an Output is a Result and its tables; a Release may leave the office.

Three types, not a flag: nothing outward-facing accepts anything but a `Release`, and only
`govern.release` makes one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from joinedup.core.method import Provenance
from joinedup.result.blocks import Block, Caution, Check, Checks, Estimate, Estimates


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One finding, for one method and its settings. Not for release.

    Attributes:
        headline: one sentence with the number and its doubt.
        provenance: None only until the house has run the method.
    """

    method: str
    headline: str
    blocks: tuple[Block, ...]
    provenance: Provenance | None = None

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every estimate, in reading order."""
        return tuple(
            item for block in self.blocks if isinstance(block, Estimates) for item in block.items
        )

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check, in reading order."""
        return tuple(
            item for block in self.blocks if isinstance(block, Checks) for item in block.items
        )

    @property
    def cautions(self) -> tuple[str, ...]:
        """Every caution, in reading order."""
        return tuple(block.text for block in self.blocks if isinstance(block, Caution))


@dataclass(frozen=True, slots=True)
class OutputTable:
    """A table a method gives, with its grain in words."""

    data: pa.Table
    grain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a method gives: a Result and named tables. Prints and shows itself."""

    result: Result
    tables: Mapping[str, OutputTable] = field(default_factory=dict)

    def stamped(self, provenance: Provenance) -> "Output":
        """The same output, saying where it comes from."""
        return replace(self, result=replace(self.result, provenance=provenance))

    def __iter__(self) -> Iterator[Any]:
        message = "an Output is not a sequence; read .result and .tables"
        raise TypeError(message)

    def __str__(self) -> str:
        from joinedup.result.text import render  # noqa: PLC0415 - rendering is not needed to compute

        return render(self.result)

    def _repr_html_(self) -> str:
        from joinedup.result.html import fragment  # noqa: PLC0415 - as above

        return fragment(self.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved the content with this digest, when, and why."""

    by: str
    at: str
    digest: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A Result that may leave: checked, small counts hidden, approved by someone else.

    Made only by `govern.release`.

    Attributes:
        result: with hidden cells in place.
        rule: the disclosure rule applied, by name and version.
        hidden: how many cells are hidden, and how many of them to protect others.
        digest: of the content as approved.
    """

    result: Result
    rule: str
    hidden: int
    hidden_to_protect: int
    author: str
    approvals: tuple[Approval, ...]
    digest: str
