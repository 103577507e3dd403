"""What is made from several tables may be used for what all of them may: on any lineage."""

import pytest
from facts import agreement
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.core.errors import AgreementError
from joinedup.govern.allow import DerivedFacts, allow, coverage, inherited

PURPOSES = ("inspection", "insight", "grants")
DATASETS = {"visits": ("visit", "postcode"), "homes": ("uprn", "ward"), "claims": ("claim",)}

covers = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(fields), min_size=1, unique=True).map(tuple)
        for name, fields in DATASETS.items()
    },
)
agreements = st.lists(
    st.tuples(st.sampled_from(PURPOSES), covers.filter(bool)), min_size=1, max_size=5
).map(
    lambda drawn: tuple(
        agreement(f"share{number}", purpose=purpose, covers=covered)
        for number, (purpose, covered) in enumerate(drawn)
    )
)
admitted = st.sampled_from(sorted(DATASETS)).flatmap(
    lambda name: st.tuples(
        st.just(f"admitted.{name}"),
        st.lists(st.sampled_from(DATASETS[name]), min_size=1, unique=True).map(tuple),
    )
)
steps = st.lists(
    st.tuples(
        st.sampled_from(PURPOSES),
        st.lists(admitted, max_size=2),
        st.lists(st.integers(0, 6), max_size=2),
    ),
    max_size=7,
)


def may_be_used_for(table, columns, made, shared):
    """Every purpose that may use it, followed back to the partners' tables, one by one."""
    if table.startswith("admitted."):
        return {
            purpose
            for purpose in PURPOSES
            if set(columns)
            <= {
                field
                for one in shared
                if one.purpose == purpose
                for field in one.covers.get(table.removeprefix("admitted."), ())
            }
        }
    found = set(PURPOSES) if made[table] else set()  # of nothing, nothing may be made
    for parent, read in made[table].items():
        found &= may_be_used_for(parent, read, made, shared)
    return found


def walk(shared, drawn):
    """Make table after table, each from admitted tables and earlier ones; hold each to the rule."""
    made, derived = {}, {}
    in_force = frozenset(one.id for one in shared)
    for number, (purpose, fresh, older) in enumerate(drawn):
        reads = dict(fresh) | {f"derived.t{one}": ("n",) for one in older if one < number}
        reads = {name: read for name, read in reads.items() if name in made or "admitted" in name}
        wanted = all(
            purpose in may_be_used_for(table, read, made, shared) for table, read in reads.items()
        )
        try:
            allow(
                f"t{number}",
                purpose,
                reads,
                coverage=coverage(shared, purpose),
                derived=derived,
                in_force=in_force,
            )
        except AgreementError:
            assert not wanted
            continue
        assert wanted
        name = f"derived.t{number}"
        found = inherited(
            purpose, reads, agreements_in_force=shared, derived=derived, columns=("n",)
        )
        made[name] = reads
        derived[name] = DerivedFacts(
            purposes=found.purposes, agreements=found.agreements, columns=frozenset({"n"})
        )
        assert set(found.purposes) == may_be_used_for(name, (), made, shared)
        assert all(found.purposes <= derived[one].purposes for one in reads if one in derived)


@given(agreements, steps)
def test_a_table_may_be_used_for_the_purposes_that_all_it_was_made_from_share(shared, drawn):
    walk(shared, drawn)


@pytest.mark.deep
@pytest.mark.timeout(1_800)
@settings(max_examples=10_000)
@given(agreements, steps)
def test_on_ten_thousand_lineages_no_table_gains_a_purpose(shared, drawn):
    walk(shared, drawn)
