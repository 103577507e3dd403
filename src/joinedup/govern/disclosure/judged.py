"""Which numbers may not be shown for their own sake, before any is hidden to protect another?

Too few distinct persons or households; a count of nobody, where the profile hides those; a sum or
mean that one contributor dominates or another could work out; a median with too few on one side; a
group that is all in one cell. Each by the people behind the number, where they are told.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from joinedup.core.errors import Problem, ReleaseError
from joinedup.govern.disclosure.behind import Behind, Floats, Place, Stands
from joinedup.govern.disclosure.cells import System
from joinedup.govern.disclosure.magnitude import Ranked, dominates, gives_close
from joinedup.govern.disclosure.profiles import Profile, no_households
from joinedup.govern.disclosure.sheets import Sheet, near
from joinedup.result.blocks import Column, Table

QUANTILES = ("median", "quantile")
ENDS = ("minimum", "maximum")
NEAR = 1e-6
FEW, HOME, NOBODY = "too few persons", "too few households", "nobody"
DOMINATED, CLOSE = "dominated by few", "one could work another out"
BESIDE = "differs from others by too few"
CLASS, SIDE, END = "a group all in one cell", "too few on one side", "one person's own value"


@dataclass(slots=True)
class Judged:
    """What may not be shown for its own sake.

    Attributes:
        why: cell (by its root) to the rule that hides it.
        alone: place of a number that adds up to nothing to the rule that hides it.
        few: cells of too few or of nobody: readers may be told so.
        loose: cells of which the reader's rule says nothing: not every number in them is a person.
        guarded: cells that must not be known to be nobody.
        width: cell of a sum to how closely it may be known, in its own unit.
        positive: cells of sums in which nobody's amount is below zero.
        alike: wholes of groups that are all, or nearly, in one cell; sheet and row of rates of
            nobody and of amounts that are all at their bound.
    """

    why: dict[int, str] = field(default_factory=dict)
    alone: dict[Place, str] = field(default_factory=dict)
    few: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)
    guarded: set[int] = field(default_factory=set)
    width: dict[int, float] = field(default_factory=dict)
    positive: set[int] = field(default_factory=set)
    alike: list[Place] = field(default_factory=list)


def judge(
    made: System,
    tables: Sequence[int],
    profile: Profile,
    behind: Behind,
    *,
    beside: Collection[Place] = (),
) -> Judged:
    """Every number by the primary rules.

    Args:
        made: the cells of the sheets; groups found in one cell may add cells to it.
        tables: which table each sheet is, for `behind`.
        profile: whose rules.
        behind: who stands behind which place; a count that is not told is taken to be of persons.
        beside: places of counts that would tell of too few beside others.

    Raises:
        ReleaseError: facts are missing without which a number cannot be judged.
    """
    found = Judged()
    problems: list[Problem] = []
    for number, one in enumerate(made.sheets):
        asked = Asked(number, tables[number], one, profile, behind)
        for column in one.table.columns:
            if column.kind in ("count", "share", "number"):
                problems.extend(_column(made, found, asked, column))
    if problems:
        raise ReleaseError.of(problems)
    for cell in made.forced:
        found.why.setdefault(made.root(cell), FEW)
        found.loose.add(made.root(cell))
    _beside(made, found, tables, beside)
    _rests(made, found, profile)
    _groups(made, found, profile)
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """One table under one profile, and who stands behind it."""

    sheet: int
    table: int
    one: Sheet
    profile: Profile
    behind: Behind

    def stands(self, row: int, column: Column) -> Stands | None:
        """Who is told to stand behind a place."""
        return self.behind.get((self.table, row, column.name))

    def persons(self, row: int, column: Column) -> tuple[float | None, int | None]:
        """Persons and households behind a place: as told, else as its base counts."""
        told = self.stands(row, column)
        if told is not None:
            return float(told.persons), told.households
        if column.kind == "count":
            return self.one.counts[column.name][row], None
        if column.base in self.one.counts:
            base = self.one.column(column.base)
            return self.persons(row, base)
        return None, None

    def too_few(self, row: int, column: Column) -> str:
        """The rule about persons and households that a place breaks, or nothing."""
        persons, households = self.persons(row, column)
        if persons is None:
            return ""
        if 0 < persons < self.profile.persons:
            return FEW
        if persons == 0:
            return NOBODY if self.profile.zeros == "hidden" else ""
        if self.profile.households:
            if households is None:
                raise no_households(self.profile)
            if households < self.profile.households:
                return HOME
        return ""


def _column(made: System, found: Judged, asked: Asked, column: Column) -> Iterator[Problem]:
    table = asked.one.table
    if column.measure in ("sum", "mean"):
        yield from _amounts(made, found, asked, column)
        return
    for row in range(len(table.rows)):
        place = (asked.sheet, row, column.name)
        if not _is_shown(table, row, column) or _is_of_nobody(made, found, asked, row, column):
            continue
        rule = asked.too_few(row, column) or _by_measure(asked, row, column)
        cell = made.number.get(place)
        told = asked.stands(row, column)
        if cell is not None and column.kind == "count":
            root = made.root(cell)
            many = bool(rule) and made.value[cell] >= asked.profile.persons
            if many or (told is not None and told.persons != made.value[cell]):
                found.loose.add(root)
            if rule:
                found.why.setdefault(root, rule)
                found.few.add(root)
        elif rule and told is not None:
            _hide_with(made, found, asked, place, rule)
        elif rule:
            found.alone[place] = rule
        if cell is not None and column.name in asked.one.implied:
            _implied(made, found, made.root(cell), asked.profile)


def _is_of_nobody(made: System, found: Judged, asked: Asked, row: int, column: Column) -> bool:
    """Whether a rate says of a whole group that none of it has what is counted.

    It is hidden with the count it gives back, where the profile hides such groups.
    """
    given = made.number.get((asked.sheet, row, asked.one.gives.get(column.name, "")))
    if column.measure != "rate" or given is None or made.value[given] != 0:
        return False
    if not asked.persons(row, column)[0] or asked.too_few(row, column):
        return False
    found.alike.append((asked.sheet, row, column.name))
    if asked.profile.others:
        cell = made.root(given)
        found.why.setdefault(cell, CLASS)
        found.loose.add(cell)
        found.guarded.add(cell)
    return True


def _implied(made: System, found: Judged, cell: int, profile: Profile) -> None:
    """A count that a share or rate gives back is judged by itself."""
    if 0 < made.value[cell] < profile.persons:
        found.why.setdefault(cell, FEW)
        found.few.add(cell)
    elif made.value[cell] == 0 and profile.zeros == "hidden":
        found.why.setdefault(cell, NOBODY)
        found.few.add(cell)


def _hide_with(made: System, found: Judged, asked: Asked, place: Place, rule: str) -> None:
    """A share told to rest on too few hides the count it would give back."""
    found.alone[place] = rule
    given = asked.one.gives.get(place[2], "")
    cell = made.number.get((place[0], place[1], given))
    if cell is not None:
        found.why.setdefault(made.root(cell), rule)
        found.loose.add(made.root(cell))


def _is_shown(table: Table, row: int, column: Column) -> bool:
    place = next(place for place, one in enumerate(table.columns) if one.name == column.name)
    value = table.rows[row][place]
    return isinstance(value, int | float) and bool(np.isfinite(value))


def _by_measure(asked: Asked, row: int, column: Column) -> str:
    """What a median or a largest value breaks beside the number of persons."""
    persons, _ = asked.persons(row, column)
    if column.measure in QUANTILES:
        side = min(column.quantile, 1.0 - column.quantile)
        enough = persons is not None and persons * side >= asked.profile.sides - NEAR
        return "" if enough else SIDE
    if column.measure in ENDS:
        bound = column.least if column.measure == "minimum" else column.most
        place = [one.name for one in asked.one.table.columns].index(column.name)
        return "" if asked.one.table.rows[row][place] == bound else END
    return ""


def _amounts(made: System, found: Judged, asked: Asked, column: Column) -> Iterator[Problem]:
    """A sum, or a mean that gives one back, by persons and by who adds what."""
    missing = 0
    name = asked.one.gives.get(column.name, column.name)
    for row in range(len(asked.one.table.rows)):
        cell = made.number.get((asked.sheet, row, name))
        if cell is None or not _is_shown(asked.one.table, row, column):
            continue
        root = made.root(cell)
        told, rule = asked.stands(row, column), asked.too_few(row, column)
        sizes = _sizes(told, asked.profile)
        if sizes is None and not rule and not _bounded(asked, row, column, made.value[root]):
            missing += 1
            continue
        if _is_positive(told, column):
            found.positive.add(root)
        if not rule and _all_at_bound(made, found, root, asked, row=row, column=column):
            found.alike.append((asked.sheet, row, column.name))
            rule = CLASS if asked.profile.others else ""
        rule = rule or _stands_out(sizes or [], asked.profile)
        if rule:
            found.why.setdefault(root, rule)
            size = max([abs(made.value[root]), *(float(np.abs(one).sum()) for one in sizes or [])])
            if rule == CLASS:  # of a sum of nothing a share is nothing: of the whole column's
                size = max(size, *(abs(one) for one in asked.one.counts[name] if one is not None))
            found.width[root] = max(found.width.get(root, 0.0), asked.profile.closeness * size)
    if missing:
        yield Problem(
            f"table '{asked.one.table.title}', column {column.name}",
            f"{missing} of its numbers do not say how many persons add up to them and what each"
            " adds, so that nobody can tell whether one of them stands out.",
            "hand in who stands behind each (`behind`), declare the least and most that anyone can"
            " add, or leave the column out.",
        )


def _all_at_bound(
    made: System, found: Judged, cell: int, asked: Asked, *, row: int, column: Column
) -> bool:
    """Whether a sum or mean says that each of its persons is at the least or most there can be."""
    persons, _ = asked.persons(row, column)
    least = 0.0 if column.least is None and cell in found.positive else column.least
    bounds = [bound for bound in (least, column.most) if bound is not None]
    return bool(persons) and any(near(made.value[cell], persons * one) for one in bounds if persons)


def _sizes(told: Stands | None, profile: Profile) -> list[Floats] | None:
    """What each contributor adds: of persons, and of households where the profile asks."""
    if told is None or told.amounts is None:
        return None
    if profile.households and told.household_amounts is None:
        raise no_households(profile)
    return [told.amounts] + ([] if told.household_amounts is None else [told.household_amounts])


def _is_positive(told: Stands | None, column: Column) -> bool:
    if told is not None and told.amounts is not None:
        return bool((told.amounts >= 0).all())
    return column.least is not None and column.least >= 0


def _stands_out(sizes: Sequence[Floats], profile: Profile) -> str:
    for amounts in sizes:
        most = max(2, profile.dominant)
        size = np.sort(np.abs(amounts))[::-1]
        largest = np.zeros((1, most))
        largest[0, : min(most, len(size))] = size[:most]
        ranked = Ranked(largest, np.array([float(size.sum())]))
        if dominates(ranked, n=profile.dominant, share=profile.dominant_share)[0]:
            return DOMINATED
        if gives_close(ranked, p=profile.closeness)[0]:
            return CLOSE
    return ""


def _bounded(asked: Asked, row: int, column: Column, total: float) -> bool:
    """Whether nobody can stand out, whoever adds what, by the least and most anyone can add."""
    persons, _ = asked.persons(row, column)
    if persons is None or asked.profile.households:
        return False
    if persons == 0 or total == 0:
        return True
    if column.least is None or column.most is None or column.least < 0:
        return False
    largest = min(column.most, total - (persons - 1) * column.least)
    few = asked.profile.dominant * largest <= asked.profile.dominant_share * total
    return few and total - 2 * largest >= asked.profile.closeness * largest


def _beside(made: System, found: Judged, tables: Sequence[int], beside: Collection[Place]) -> None:
    """Counts that differ from others by too few are hidden, and must not be worked out again."""
    for table, row, name in beside:
        cell = made.number.get((tables.index(table), row, name)) if table in tables else None
        if cell is not None:
            found.why.setdefault(made.root(cell), BESIDE)
            found.loose.add(made.root(cell))
            found.guarded.add(made.root(cell))


def _rests(made: System, found: Judged, profile: Profile) -> None:
    """What is left of a whole is protected if it is too few, though no table shows it."""
    for cell in made.rests:
        root = made.root(cell)
        if made.kind[cell] == "count" and 0 < made.value[root] < profile.persons:
            found.guarded.add(root)


def _groups(made: System, found: Judged, profile: Profile) -> None:
    """Groups all, or nearly, in one cell: of each member a reader would know which.

    The fullest cell is hidden, and what lies outside it must not be known to be so few.
    """
    seen: set[tuple[int, ...]] = set()
    for equation in list(made.equations):
        parts = sorted({made.root(cell) for cell, sign in equation.items() if sign > 0})
        wholes = [made.root(cell) for cell, sign in equation.items() if sign < 0]
        if len(parts) < 2 or len(wholes) != 1 or tuple(parts) in seen:  # noqa: PLR2004 - one part is the whole
            continue
        seen.add(tuple(parts))
        whole = wholes[0]
        if any(made.kind[cell] != "count" for cell in (*parts, whole)) or not made.shown[whole]:
            continue
        fullest = max(parts, key=lambda cell: made.value[cell])
        outside = made.value[whole] - made.value[fullest]
        if made.value[whole] <= 0 or outside >= max(1, profile.others):
            continue
        found.alike.append(_place_of(made, whole))
        if profile.others:
            _hide_group(made, found, whole, fullest, [one for one in parts if one != fullest])


def _place_of(made: System, cell: int) -> Place:
    """A place that shows a cell."""
    return next(
        place for place, one in made.number.items() if place[1] >= 0 and made.root(one) == cell
    )


def _hide_group(
    made: System, found: Judged, whole: int, fullest: int, others: Sequence[int]
) -> None:
    if made.shown[fullest]:
        found.why.setdefault(fullest, CLASS)
        found.loose.add(fullest)
    if len(others) == 1:
        outside = others[0]
        if made.shown[outside]:
            found.why.setdefault(outside, CLASS)
            found.loose.add(outside)
    else:
        outside = made.add(made.value[whole] - made.value[fullest], shown=0, kind="count")
        made.equations.append({fullest: 1.0, outside: 1.0, whole: -1.0})
    found.guarded.add(outside)
