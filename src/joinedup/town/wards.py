"""Which neighbouring output areas make one ward?"""

import numpy as np

from joinedup.town.entities import Floats, Int32s, Int64s

ROUNDS = 30
GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def grow_wards(row: Int64s, column: Int64s, *, wards: int) -> Int32s:
    """A ward for each cell of a lattice: nearly equal in cells, each in one piece, int32.

    Nearest seed, then seeds move to the middle of their cells and the larger ward yields a little.
    Islands that are left go to the ward beside them.
    """
    cells = np.stack([row, column], axis=1).astype(float)
    middle, reach = cells.mean(axis=0), np.sqrt(len(row) / np.pi)
    turn = np.arange(wards) * GOLDEN_ANGLE
    out = reach * np.sqrt((np.arange(wards) + 0.5) / wards)
    seeds = middle + np.stack([out * np.cos(turn), out * np.sin(turn)], axis=1)
    yielded = np.zeros(wards)
    for _ in range(ROUNDS):
        ward = _nearest(cells, seeds, yielded)
        size = np.bincount(ward, minlength=wards)
        held = np.maximum(size, 1)
        for axis in (0, 1):
            mean = np.bincount(ward, cells[:, axis], wards) / held
            seeds[:, axis] = np.where(size > 0, mean, seeds[:, axis])
        yielded += 0.5 * (size - len(row) / wards) / np.sqrt(len(row) / wards)
    return _without_islands(ward, row, column)


def _nearest(cells: Floats, seeds: Floats, yielded: Floats) -> Int32s:
    away = ((cells[:, None, :] - seeds) ** 2).sum(axis=2) + yielded
    return np.asarray(np.argmin(away, axis=1), np.int32)


def _without_islands(ward: Int32s, row: Int64s, column: Int64s) -> Int32s:
    """Give every piece of a ward but its largest to a ward that touches it."""
    place = {(int(r), int(c)): cell for cell, (r, c) in enumerate(zip(row, column, strict=True))}
    sides = [
        [place[near] for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)) if near in place]
        for r, c in place
    ]
    mended = ward.copy()
    while pieces := _loose_pieces(mended, sides):
        piece = pieces[0]
        beside = [mended[near] for cell in piece for near in sides[cell] if near not in piece]
        mended[list(piece)] = np.bincount(beside).argmax()
    return mended


def _loose_pieces(ward: Int32s, sides: list[list[int]]) -> list[set[int]]:
    """The connected pieces that are not the largest of their ward, smallest first."""
    of_ward: dict[int, list[set[int]]] = {}
    met = np.zeros(len(ward), bool)
    for start in range(len(ward)):
        if met[start]:
            continue
        piece, front = {start}, [start]
        met[start] = True
        while front:
            cell = front.pop()
            for near in sides[cell]:
                if not met[near] and ward[near] == ward[start]:
                    met[near] = True
                    piece.add(near)
                    front.append(near)
        of_ward.setdefault(int(ward[start]), []).append(piece)
    loose = [piece for pieces in of_ward.values() for piece in sorted(pieces, key=len)[:-1]]
    return sorted(loose, key=len)
