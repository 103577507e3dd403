"""For which rows does a plain condition hold, such as `complaints >= 2`?

Where the column is empty the condition does not hold.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, model_validator

from joinedup.core.errors import MethodError
from joinedup.stats.arrays import Bools
from joinedup.target.frames import plain, scalar

Value = bool | int | float | date | datetime | str
Op = Literal[">=", ">", "<=", "<", "==", "is in", "between"]
COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    ">=": pc.greater_equal,
    ">": pc.greater,
    "<=": pc.less_equal,
    "<": pc.less,
    "==": pc.equal,
}


class Condition(BaseModel):
    """A column compared with a value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str = Field(description="Column that is compared.")
    op: Op = Field(description="How: one of >=, >, <=, <, ==, is in, between (both ends count).")
    value: Value | tuple[Value, ...] = Field(
        description="What with: a number, date, yes or no, or text; a list for is in and between."
    )

    @model_validator(mode="after")
    def _value_suits_op(self) -> "Condition":
        many = isinstance(self.value, tuple)
        if many != (self.op in {"is in", "between"}):
            wish = "a list" if not many else "one value, not a list"
            message = f"the comparison '{self.op}' of {self.column} needs {wish}"
            raise ValueError(message)
        if self.op == "between" and isinstance(self.value, tuple) and len(self.value) != 2:  # noqa: PLR2004 - two ends
            message = f"between needs the lowest and the highest value of {self.column}"
            raise ValueError(message)
        return self


def holds(condition: Condition, table: pa.Table, *, where: str) -> Bools:
    """Whether the condition holds in each row, shape (rows,); no where the column is empty.

    Raises:
        MethodError: the column's type cannot be compared with the value.
    """
    column = plain(table[condition.column])
    value = condition.value
    try:
        if isinstance(value, tuple):
            ends = [scalar(one, column.type) for one in value]
            if condition.op == "between":
                found = pc.and_(pc.greater_equal(column, ends[0]), pc.less_equal(column, ends[1]))
            else:
                found = _any_equal(column, ends)
        else:
            found = COMPARE[condition.op](column, scalar(value, column.type))
    except (pa.ArrowException, TypeError, ValueError):
        raise MethodError(
            f"{condition.column} holds {column.type}, which cannot be compared"
            f" ({condition.op}) with the value given.",
            fix="give a value of that type.",
            where=where,
        ) from None
    return np.asarray(pc.fill_null(found, False).to_numpy(), dtype=np.bool_)  # noqa: FBT003 - pyarrow takes the filling by place


def _any_equal(column: pa.ChunkedArray, values: list[pa.Scalar]) -> Any:
    found = pa.chunked_array([pa.nulls(len(column), pa.bool_())])
    for value in values:
        found = pc.or_kleene(found, pc.equal(column, value))
    return found
