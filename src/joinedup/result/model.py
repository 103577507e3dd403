"""A Result is what was found; an Output is a Result and its tables; a Release may leave the office.

Four types, not a flag. A `Candidate` is a Result after the rule, as it would leave; a `Release` is
a candidate that two others have reviewed. The outbox accepts nothing but a `Release`, and only
`govern.release` makes either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.core.method import Provenance
from joinedup.result.blocks import Block, Caution, Check, Checks, Estimate, Estimates


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One finding, for one method and its settings. Not for release.

    Attributes:
        headline: one sentence with the number and its doubt.
        provenance: None only until the house has run the method.
        rests_on: estimates told in words or in tables of methods: not shown as such, and held
            against the rule as if they were.
    """

    method: str
    headline: str
    blocks: tuple[Block, ...]
    provenance: Provenance | None = None
    rests_on: tuple[Estimate, ...] = ()

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
class Members:
    """Whom the counts of one table are made of. For the gate on the way out; never shown.

    Attributes:
        units: key of each person, home or business, each once, shape (units,).
        counted: row and column of a count to whether each unit is counted there, shape (units,).
        expected: row and column of numbers that count nobody, such as what chance would find.
        scored: row and column of counts whose members a score chose that does not leave, so that
            nobody outside can tell who they are: judged by how many they are, not by differences.
        households: of which household each unit is, where that is known, shape (units,).
    """

    units: pa.Array
    counted: Mapping[tuple[int, str], npt.NDArray[np.bool_]]
    expected: frozenset[tuple[int, str]] = frozenset()
    scored: frozenset[tuple[int, str]] = frozenset()
    households: pa.Array | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModel:
    """A fitted model, and what the gate on the way out must know of it; never shown in a result.

    A person is a home or a business where the cases are of those.

    Attributes:
        content: the model as plain JSON: coefficients, or trees.
        persons: how many it was fitted to.
        leaves: persons in each leaf of each tree, shape (leaves,); None if it has no trees.
        categories: persons of each category that it names, shape (categories,).
        freedom: residual degrees of freedom; None if it is no regression.
        member_losses: loss of each case it was fitted to, shape (members,).
        other_losses: loss of like cases by a model that never saw them, shape (others,).
    """

    content: Mapping[str, Any]
    persons: int
    leaves: npt.NDArray[np.int64] | None
    categories: npt.NDArray[np.int64]
    freedom: int | None
    member_losses: npt.NDArray[np.float64]
    other_losses: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a method gives: a Result and named tables. Prints and shows itself.

    Attributes:
        members: whom the counts of a table in the result are made of, under the name that the
            table says in `behind`.
        model: the model that was fitted, if one was and may be asked for.
    """

    result: Result
    tables: Mapping[str, OutputTable] = field(default_factory=dict)
    members: Mapping[str, Members] = field(default_factory=dict)
    model: FittedModel | None = None

    def stamped(self, provenance: Provenance) -> "Output":
        """The same output, saying where it comes from."""
        return replace(self, result=replace(self.result, provenance=provenance))

    def over(self, drawn: "Sequence[Output]") -> "Output":
        """The same output, its estimates with the doubt of who is who.

        Args:
            drawn: the same method's, on linkages that could as well be, two or more.
        """
        from joinedup.result.pooled import with_doubt  # noqa: PLC0415 - it builds on this page

        return with_doubt(self, drawn)

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
class Candidate:
    """A Result as it would leave, for one recipient: small counts hidden, nothing reviewed yet.

    Made only by `govern.release`.

    Attributes:
        result: with hidden cells in place.
        rule: the disclosure rule applied, by name and version.
        hidden: how many cells are hidden, and how many of them to protect others.
        recipient: the organisation it is for; empty for the public.
        unjudged: sentences in which a program cannot tell whether a number counts too few, and
            what tells the same of a whole group.
        digest: of the content after the rule, with the rule and the recipient.
        why: rule to the cells it hid; for reviewers, and no part of what leaves.
    """

    result: Result
    rule: str
    hidden: int
    hidden_to_protect: int
    recipient: str
    unjudged: tuple[str, ...]
    digest: str
    why: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What may leave: a candidate that people who did not make it have approved.

    Made only by `govern.release`.
    """

    candidate: Candidate
    authors: tuple[str, ...]
    approvals: tuple[Approval, ...]

    @property
    def result(self) -> Result:
        """With hidden cells in place."""
        return self.candidate.result


Content = Result | Candidate | Release
"""What a renderer takes. A release looks as its candidate did: what was reviewed is what leaves."""
