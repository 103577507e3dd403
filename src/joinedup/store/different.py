"""Are a column's cells mostly different, so that work done once for each saves nothing?"""

import pyarrow as pa

SAMPLE = 1 << 14
MANY = 0.5


def mostly_different(cells: pa.Array) -> bool:
    """Told of the first 16,384 cells: so many that are alike would be in a sample of how many?

    Of n cells drawn from d that come equally often, n (n - 1) / 2d are alike (birthday problem).
    """
    sample = cells.slice(0, SAMPLE)
    rows = len(sample)
    alike = rows - len(sample.unique())
    if rows == len(cells):
        return alike < (1 - MANY) * rows
    return alike == 0 or rows * (rows - 1) / (2 * alike) > MANY * len(cells)
