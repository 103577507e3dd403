"""What is an array called here, and which mistakes in its shape are refused?"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def same_length(**arrays: Floats) -> int:
    """The length that all these one-dimensional arrays share.

    Raises:
        ValueError: one is not one-dimensional, or the lengths differ.

    Source: none; a check of shapes.
    """
    shapes = {name: np.shape(array) for name, array in arrays.items()}
    if len(set(shapes.values())) != 1 or any(len(shape) != 1 for shape in shapes.values()):
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        message = f"these must be one-dimensional and of one length: {told}"
        raise ValueError(message)
    return int(next(iter(shapes.values()))[0])


def only_zero_or_one(outcome: Floats) -> None:
    """Refuse an outcome that is anything but 0 and 1.

    Raises:
        ValueError: another value is there, or a missing one.

    Source: none; a check of values.
    """
    if not bool(np.isin(outcome, (0.0, 1.0)).all()):
        message = "the outcome must be 0 or 1 everywhere"
        raise ValueError(message)
