"""Every query of the features can be said in Spark's dialect and read back the same."""

import re

from sqlglot import parse_one

from joinedup.target import asof
from joinedup.target.asof_tree import cases_query, group_query, groups

EVENT = {"source": "fires", "on": "on", "key": {"place": "at"}}
PLACE = {"source": "fires", "on": "on", "latitude": "lat", "longitude": "lon"}


def test_every_query_can_be_said_in_sparks_dialect():
    named = {
        "count": EVENT | {"aggregate": "count", "window_days": 3, "where": {"kind": ("a", "b")}},
        "last": EVENT | {"aggregate": "last", "column": "cost"},
        "mean": EVENT | {"aggregate": "mean", "column": "cost"},
        "heat": PLACE | {"aggregate": "density", "bandwidth_degrees": 0.1},
        "near": PLACE | {"aggregate": "count", "radius_metres": 5},
    }
    spec = asof.Spec(
        spine="cases", id="case", as_of="seen", latitude="lat", longitude="lon", features=named
    )
    passes = [group_query(spec, group, texts=(), widest=52.0) for group in groups(spec)]
    assert len(passes) == 3
    for tree in [cases_query(spec), *passes]:
        spoken = tree.sql("spark")
        assert re.fullmatch(r"[\x20-\x7e]+", spoken)
        assert parse_one(spoken, dialect="spark").sql("spark") == spoken
