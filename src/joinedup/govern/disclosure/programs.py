"""How is one linear program solved many times over, with another goal or other bounds each time?

A thin coat over HiGHS: a program keeps its last solution, so that the next goal starts from there.
Solvers run in one thread and count steps, never seconds: the same program gives the same answer on
a busy machine.

Source: Huangfu and Hall (2018), Mathematical Programming Computation 10,
doi:10.1007/s12532-017-0130-5.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Way = Literal["steps", "inside", "inside to a corner"]
"""Simplex steps from the last solution; interior points; interior points, then to a corner."""
MANY = 300  # columns from which interior points are quicker than steps from nothing
EXACT = 1e-6
PRIMAL = 4  # HiGHS's number for the simplex that keeps to what is feasible


@dataclass(frozen=True, slots=True)
class Best:
    """What maximises a goal.

    Attributes:
        move: shape (columns,).
        worth: of an equation, shape (equations,): what one more unit on its right would bring.
    """

    move: Floats
    worth: Floats


class Program:
    """Maximise a goal over moves that keep every equation at its sum and stay within bounds."""

    def __init__(
        self, equations: Any, low: Floats, high: Floats, *, least: Floats | None = None
    ) -> None:
        """The program, without a goal yet.

        Args:
            equations: sparse, shape (equations, columns).
            low: shape (columns,).
            high: shape (columns,).
            least: what each equation must reach at least, shape (equations,), infinite below for
                none; without it every equation must stay at 0.
        """
        import highspy  # noqa: PLC0415 - heavy
        from scipy.sparse import csc_array  # noqa: PLC0415 - heavy

        matrix = csc_array(equations)
        rows, self.columns = matrix.shape
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.columns, rows
        model.col_cost_ = np.zeros(self.columns)
        model.col_lower_, model.col_upper_ = low, high
        model.row_lower_ = np.zeros(rows) if least is None else least
        model.row_upper_ = np.zeros(rows) if least is None else np.full(rows, np.inf)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        model.a_matrix_.index_ = matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = matrix.data.astype(np.float64)
        model.sense_ = highspy.ObjSense.kMaximize
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (("output_flag", False), ("threads", 1)):
            self._solver.setOptionValue(name, value)
        self._solver.passModel(model)
        self._all = np.arange(self.columns, dtype=np.int32)
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._way: Way | None = None

    def best(self, goal: Floats, *, way: Way) -> Best | None:
        """The move farthest toward a goal, shape (columns,); None if the solver finds none."""
        self._go(way)
        self._solver.changeColsCost(self.columns, self._all, goal)
        self._solver.run()
        solution = self._solver.getSolution()
        if not solution.value_valid:
            return None
        return Best(np.array(solution.col_value), np.array(solution.row_dual))

    def bound(self, column: int, low: float, high: float) -> None:
        """Bounds of one column from now on."""
        self._solver.changeColBounds(column, low, high)

    def _go(self, way: Way) -> None:
        if way == self._way:
            return
        self._way = way
        steps = way == "steps"
        options: dict[str, Any] = {
            "solver": "simplex" if steps else "ipm",
            "simplex_strategy": PRIMAL,
            "presolve": "off" if steps else "on",
            "run_crossover": "on" if way == "inside to a corner" else "off",
        }
        for name, value in options.items():
            self._solver.setOptionValue(name, value)
