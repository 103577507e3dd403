"""Does the engine give what the plain reading gives, on data nobody thought of?"""

import importlib.util
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup import target
from joinedup.target.asof import Spec
from joinedup.target.asof_spec import Aggregate

_found = importlib.util.spec_from_file_location(
    "plain_features", Path(__file__).with_name("plain_features.py")
)
plain_features = importlib.util.module_from_spec(_found)
_found.loader.exec_module(plain_features)

START = date(2026, 1, 1)
CUT = 8
DENSITY_ATOL = 1e-3  # 2e-8 of 1 / (2 pi h^2) for h = 0.001, and a little
RTOL = 1e-12
CASES = pa.schema(
    [
        ("case", pa.int64()),
        ("seen", pa.date32()),
        ("home", pa.int64()),
        ("street", pa.string()),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
    ]
)
EVENTS = pa.schema(
    [
        ("on", pa.date32()),
        ("home", pa.int64()),
        ("street", pa.string()),
        ("cost", pa.float64()),
        ("kind", pa.string()),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
    ]
)


def day(number):
    return START + timedelta(days=number)


homes = st.none() | st.integers(1, 2)
streets = st.none() | st.sampled_from(["", "é", "z"])
latitudes = st.none() | st.integers(-4, 4).map(lambda step: 51.5 + step * 7e-4)
longitudes = st.none() | st.integers(-4, 4).map(lambda step: 0.0 + step * 7e-4)
costs = st.none() | st.sampled_from([-2.5, 0.0, 0.1, 1 / 3, 7.0, 1e6])
case_rows = st.lists(
    st.fixed_dictionaries(
        {
            "case": st.integers(1, 6),
            "seen": st.integers(1, CUT).map(day),
            "home": homes,
            "street": streets,
            "lat": latitudes,
            "lon": longitudes,
        }
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda row: (row["case"], row["seen"]),
)


def event_rows(first, last):
    return st.lists(
        st.fixed_dictionaries(
            {
                "on": st.none() | st.integers(first, last).map(day),
                "home": homes,
                "street": streets,
                "cost": costs,
                "kind": st.sampled_from([None, "a", "b", "c"]),
                "lat": latitudes,
                "lon": longitudes,
            }
        ),
        max_size=14,
    )


@st.composite
def one_feature(draw):
    kind = draw(
        st.sampled_from(
            [one for one in get_args(Aggregate) if one != "lookup"]  # its keys must be unique
        )
    )
    made = {"source": "events", "aggregate": kind, "on": "on"}
    made["window_days"] = draw(st.sampled_from([None, 1, 3, 6]))
    made["where"] = draw(st.sampled_from([{}, {"kind": "a"}, {"kind": ("a", "b"), "cost": 7.0}]))
    near = {"latitude": "lat", "longitude": "lon"}
    if kind == "density":
        return made | near | {"bandwidth_degrees": draw(st.sampled_from([0.001, 0.0004]))}
    if kind in {"sum", "mean", "min", "max", "last"}:
        made["column"] = draw(st.sampled_from(["cost", "kind"])) if kind == "last" else "cost"
    made["key"] = draw(
        st.sampled_from([{}, {"home": "home"}, {"home": "home", "street": "street"}])
    )
    if draw(st.booleans()):
        made |= near | {"radius_metres": draw(st.sampled_from([1, 60, 95, 200]))}
    return made


features = st.lists(one_feature(), min_size=1, max_size=8).map(
    lambda made: {f"f{n}": one for n, one in enumerate(made)}
)


def filled(named):
    return {
        "id": "case",
        "as_of": "seen",
        "latitude": "lat",
        "longitude": "lon",
        "features": named,
    }


def engine(named, cases, events):
    spine = pa.Table.from_pylist(cases, schema=CASES)
    tables = {"events": pa.Table.from_pylist(events, schema=EVENTS)}
    return target.features(spine=spine, tables=tables, **filled(named)).tables["features"].data


def same(got, want, atol):
    if want is None or got is None or isinstance(want, str):
        return got == want
    return abs(got - want) <= atol + RTOL * abs(want)


@settings(max_examples=60)  # the law that defines the others
@given(features, case_rows, event_rows(-2, CUT + 2))
def test_the_engine_gives_the_rows_that_the_plain_reading_gives(named, cases, events):
    spec = Spec(spine="spine", **filled(named))
    want = plain_features.plain(spec, cases, {"events": events})
    got = engine(named, cases, events).to_pylist()
    assert len(got) == len(want)
    for one, other in zip(got, want, strict=True):
        for name, feature in spec.features.items():
            atol = DENSITY_ATOL if feature.aggregate == "density" else 0.0
            assert same(one[name], other[name], atol), (feature, one[name], other[name])


@given(features, case_rows, event_rows(-2, CUT - 1), event_rows(CUT, CUT + 2), event_rows(CUT, CUT))
def test_what_happens_on_or_after_the_as_of_date_never_changes_a_row(
    named, cases, past, future, another
):
    assert engine(named, cases, past + future).equals(engine(named, cases, another + past))


@given(features, case_rows, event_rows(-2, CUT + 2), st.randoms(use_true_random=False))
def test_the_order_of_cases_and_events_never_changes_a_row(named, cases, events, random):
    straight = engine(named, cases, events)
    random.shuffle(cases)
    random.shuffle(events)
    assert engine(named, cases, events).equals(straight)


@settings(max_examples=15)
@given(features, case_rows, event_rows(-2, CUT + 2))
def test_a_case_is_the_same_whichever_other_cases_there_are(named, cases, events):
    together = engine(named, cases, events).to_pylist()
    (alone,) = engine(named, cases[:1], events).to_pylist()
    assert alone in together
