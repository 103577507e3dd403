"""The same people give the same number, and the numbers give nobody back: attacks on both."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from joinedup.govern.disclosure.rounding import Keyed, keyed, possible, rounded

SECRET = b"an office's own secret"
BASE = 5


def people(count, start=0):
    return [f"person {number}" for number in range(start, start + count)]


def shown(*cells, secret=SECRET, base=BASE):
    return rounded([keyed(cell, secret=secret) for cell in cells], base=base).tolist()


def test_a_cell_asked_a_hundred_ways_gives_one_number():
    rng = np.random.default_rng(1)
    names = people(13)
    answers = {shown([*rng.permutation(names).tolist(), *names[:4]])[0] for _ in range(100)}
    assert len(answers) == 1
    assert answers <= {10, 15}


def test_a_person_is_counted_once_and_nobody_stays_nobody():
    assert keyed(["ann", "ann", "bob"], secret=SECRET).persons == 2
    assert shown([]) == [0]


def test_one_person_more_or_another_secret_is_another_chance():
    chances = {
        keyed(people(13), secret=SECRET).chance,
        keyed(people(14), secret=SECRET).chance,
        keyed(people(13, start=1), secret=SECRET).chance,
        keyed(people(13), secret=b"another office's secret").chance,
    }
    assert len(chances) == 4


def test_names_that_run_together_are_told_apart():
    one, other = keyed(["ab", "c"], secret=SECRET), keyed(["a", "bc"], secret=SECRET)
    assert one.chance != other.chance


def test_the_key_of_a_cell_is_the_same_in_a_hundred_years():
    # Worked out apart: HMAC-SHA256 of the purpose, then each key's length in 8 bytes and the key.
    assert keyed(["bob", "ann"], secret=SECRET) == Keyed(2, 0.7218955712570541)


def test_rounding_neither_adds_nor_takes_persons_on_average():
    cells = [keyed(people(12, start=7 * number), secret=SECRET) for number in range(4000)]
    numbers = rounded(cells, base=BASE)
    assert set(numbers.tolist()) == {10, 15}
    # 2 of 5 go up; four standard errors of a mean of 4,000 are 0.155.
    assert abs(numbers.mean() - 12) < 0.155


@given(st.integers(0, 500), st.floats(0, 1, exclude_max=True), st.integers(1, 20))
def test_a_number_is_a_multiple_of_the_base_and_less_than_the_base_away(persons, chance, base):
    number = int(rounded([Keyed(persons, chance)], base=base)[0])
    assert number % base == 0
    assert abs(number - persons) < base


def test_keys_of_two_types_and_a_short_secret_are_our_bug():
    with pytest.raises(TypeError, match="several types"):
        keyed([1, "1"], secret=SECRET)
    with pytest.raises(ValueError, match="fewer than 16 bytes"):
        keyed(["ann"], secret=b"short")


def line(cells):
    """Rows that make a total, which stands last."""
    return np.array([[1.0] * cells + [-1.0]])


def test_cells_that_only_one_reading_fits_are_cornered():
    # Nine cells of 4, each rounded down to 0, and their 36 up to 40: at most 4 each, 36 in all.
    found = possible(np.array([0] * 9 + [40]), base=5, fewest=1, equations=line(9))
    assert (found.low.tolist(), found.high.tolist()) == ([4] * 9 + [36], [4] * 9 + [36])
    assert found.cornered(BASE - 1).all()


def test_numbers_that_no_counts_fit_are_our_bug():
    with pytest.raises(ValueError, match="no counts fit"):
        possible(np.array([10, 10, 50]), base=5, fewest=10, equations=line(2))


def test_a_hidden_cell_is_bounded_by_what_stands_around_it():
    found = possible(np.array([-1, 40, 50]), base=5, fewest=10, equations=line(2))
    assert (found.low[0], found.high[0]) == (2, 18)
    alone = possible(np.array([-1, 40, -1]), base=5, fewest=10, equations=line(2))
    assert np.isinf(alone.high[0])


def readings(number, base, fewest):
    """Every count that may stand behind a shown number, by rounding each both ways."""
    may = []
    for count in range(number + base + 1):
        ways = {count - count % base, count - count % base + (base if count % base else 0)}
        if number in ways and (count == 0 or count >= fewest):
            may.append(count)
    return may


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 16), st.booleans()), min_size=2, max_size=3),
    st.booleans(),
    st.sampled_from([1, 10]),
)
def test_the_attack_bounds_what_trying_every_count_finds(drawn, up, fewest):
    counts = [count if count >= fewest else 0 for count, _ in drawn]
    ups = [*[one for _, one in drawn], up]
    numbers = [
        int(rounded([Keyed(count, 0.0 if one else 1 - 1e-9)], base=BASE)[0])
        for count, one in zip([*counts, sum(counts)], ups, strict=True)
    ]
    total = set(readings(numbers[-1], BASE, fewest))
    tries = product(*[readings(number, BASE, fewest) for number in numbers[:-1]])
    fitting = np.array([[*one, sum(one)] for one in tries if sum(one) in total])
    found = possible(np.array(numbers), base=BASE, fewest=fewest, equations=line(len(counts)))
    assert found.low.tolist() == fitting.min(axis=0).tolist()
    assert found.high.tolist() == fitting.max(axis=0).tolist()


def square(height, width):
    """Equations of a table with both margins, cells row by row, the margins last in each."""
    number = np.arange((height + 1) * (width + 1)).reshape(height + 1, width + 1)
    equations = np.zeros((height + width + 2, number.size))
    for place, cells in enumerate([*number, *number.T]):
        equations[place, cells[:-1]] = 1.0
        equations[place, cells[-1]] = -1.0
    return equations


def attacked(numbers, equations, base, fewest):
    """Bounds found by an attacker who writes down what each number says as inequalities."""
    shown_cells = [place for place, number in enumerate(numbers) if number > 0]
    says, limits = [], []
    for place in shown_cells:
        one = np.eye(len(numbers))[place]
        says += [one, -one]
        limits += [numbers[place] + base - 1, -max(numbers[place] - base + 1, fewest)]
    bounds = [(0, 0) if number == 0 else (0, None) for number in numbers]
    widths = {}
    for place in shown_cells:
        goal = np.eye(len(numbers))[place]
        ends = [
            linprog(
                sign * goal,
                A_ub=np.array(says),
                b_ub=limits,
                A_eq=equations,
                b_eq=np.zeros(len(equations)),
                bounds=bounds,
            ).x[place]
            for sign in (1, -1)
        ]
        widths[place] = ends[1] - ends[0]
    return widths


@pytest.mark.parametrize("seed", range(6))
def test_no_count_of_a_rounded_table_is_found_more_closely_than_the_audit_says(seed):
    rng = np.random.default_rng(seed)
    body = rng.integers(10, 40, (3, 4))
    body[rng.random(body.shape) < 0.2] = 0
    table = np.zeros((4, 5), dtype=int)
    table[:3, :4] = body
    table[3], table[:, 4] = table.sum(axis=0), table.sum(axis=1)
    table[3, 4] = body.sum()
    truth = table.ravel()
    numbers = rounded([Keyed(int(one), float(rng.random())) for one in truth], base=BASE)
    equations = square(3, 4)
    found = possible(numbers, base=BASE, fewest=10, equations=equations)
    assert ((found.low <= truth) & (truth <= found.high)).all()
    known = found.cornered(BASE - 1)
    for place, width in attacked(numbers, equations, BASE, 10).items():
        assert known[place] or width >= BASE - 1 - 1e-6
        assert width >= found.high[place] - found.low[place] - 1e-6
