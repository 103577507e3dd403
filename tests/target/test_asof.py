import math
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from joinedup import target
from joinedup.core.errors import ColumnsNotCovered, MethodError, ProjectError
from joinedup.store.access import open_access
from joinedup.store.engine import Granted
from joinedup.target import asof

CANARY = "CANARY-7F3A"


def day(number: int) -> date:
    return date(2026, 3, number)


SPINE = pa.table(
    {
        "case": [2, 1, 3],
        "seen": [day(10), day(10), day(20)],
        "place": ["b", "a", None],
        "lat": [51.5, 51.5, None],
        "lon": [-0.1, -0.2, None],
    }
)
FIRES = pa.table(
    {
        "at": ["a", "a", "a", "b", "b", "c"],
        "on": [day(1), day(9), day(10), day(11), None, day(2)],
        "cost": [10.0, 30.0, 1000.0, 7.0, 9.0, 5.0],
        "kind": ["home", "shed", "home", "home", "home", "home"],
        "lat": [51.5, 51.5, 51.5, 51.5, 51.5, None],
        "lon": [-0.2, -0.2, -0.2, -0.1, -0.1, None],
    }
)
EVENT = {"source": "fires", "on": "on", "key": {"place": "at"}}
PLACE = {"source": "fires", "on": "on", "latitude": "lat", "longitude": "lon"}


def features(spine=SPINE, fires=FIRES, **named):
    spec = {"id": "case", "as_of": "seen", "latitude": "lat", "longitude": "lon"}
    return target.features(spine=spine, tables={"fires": fires}, features=named, **spec)


def values(output, name):
    return output.tables["features"].data[name].to_pylist()


def one(fires=FIRES, spine=SPINE, **feature):
    return values(features(spine=spine, fires=fires, x=feature), "x")


def refusal(family=MethodError, /, **named):
    with pytest.raises(family) as caught:
        features(**named)
    return str(caught.value)


def test_the_as_of_day_itself_does_not_count():
    assert one(**EVENT, aggregate="count") == [2, 0, None]
    assert one(**EVENT, aggregate="sum", column="cost") == [40.0, None, None]


def test_an_event_late_on_the_eve_counts_and_one_at_midnight_does_not():
    times = [datetime(2026, 3, 9, 23, 59, 59), datetime(2026, 3, 10)]  # noqa: DTZ001 - as a source gives it
    fires = pa.table({"at": ["a", "a"], "on": times})
    assert one(fires=fires, **EVENT, aggregate="count") == [1, 0, None]


def test_the_window_opens_so_many_days_before_the_as_of_date():
    assert one(**EVENT, aggregate="count", window_days=8) == [1, 0, None]
    assert one(**EVENT, aggregate="count", window_days=9) == [2, 0, None]


@pytest.mark.parametrize(
    ("aggregate", "want"),
    [
        ("ever", [1, 0, None]),
        ("days_since_last", [1, None, None]),
        ("days_since_first", [9, None, None]),
    ],
)
def test_what_looks_at_rows_alone(aggregate, want):
    assert one(**EVENT, aggregate=aggregate) == want


@pytest.mark.parametrize(
    ("aggregate", "want"),
    [("sum", 40.0), ("mean", 20.0), ("min", 10.0), ("max", 30.0), ("last", 30.0)],
)
def test_what_looks_at_a_column(aggregate, want):
    assert one(**EVENT, aggregate=aggregate, column="cost") == [want, None, None]


def test_of_several_events_on_the_last_day_the_largest_value_is_last():
    fires = pa.table(
        {
            "at": ["a"] * 4,
            "on": [day(8), day(9), day(9), day(9)],
            "cost": [50.0, 3.0, 8.0, None],
        }
    )
    assert one(fires=fires, **EVENT, aggregate="last", column="cost")[0] == 8.0


def test_only_rows_with_the_wanted_value_count():
    assert one(**EVENT, aggregate="count", where={"kind": "home"}) == [1, 0, None]
    assert one(**EVENT, aggregate="count", where={"kind": ("home", "shed")}) == [2, 0, None]


def test_without_a_key_the_whole_source_counts():
    assert one(source="fires", on="on", aggregate="count") == [3, 3, 5]


def test_a_radius_takes_the_events_near_the_case():
    metres = 6_927  # 0.1 degrees of longitude at 51.5 N is 6,922 m on the sphere
    assert one(**PLACE, aggregate="count", radius_metres=100) == [2, 0, None]
    assert one(**PLACE, aggregate="count", radius_metres=metres) == [2, 2, None]
    assert one(**PLACE, aggregate="count", radius_metres=metres - 10) == [2, 0, None]


def test_the_density_is_per_square_degree_and_per_event():
    found = one(**PLACE, aggregate="density", bandwidth_degrees=0.01, window_days=9)
    # Both events of the window lie on case 1: 2 / (2 pi h^2 * 2).
    assert found == [pytest.approx(1591.5494309), 0.0, None]


def test_a_density_without_any_event_in_the_window_is_missing():
    assert one(**PLACE, aggregate="density", bandwidth_degrees=0.01, window_days=1)[2] is None
    fires = FIRES.slice(3, 1)
    assert one(fires=fires, **PLACE, aggregate="density", bandwidth_degrees=0.01) == [None] * 3


def test_a_lookup_takes_the_attribute_of_the_one_row_and_text_stays_text():
    fires = pa.table({"at": ["a", "b"], "kind": ["home", "shed"], "storeys": [2, 3]})
    keyed = {"source": "fires", "key": {"place": "at"}, "aggregate": "lookup"}
    assert one(fires=fires, **keyed, column="kind") == ["home", "shed", None]
    assert one(fires=fires, **keyed, column="storeys") == [2.0, 3.0, None]


def test_a_lookup_with_two_rows_for_a_key_is_refused():
    lookup = {"source": "fires", "key": {"place": "at"}, "aggregate": "lookup", "column": "cost"}
    assert "fires: 2 keys have several rows, so x cannot be looked up." in refusal(x=lookup)


def test_a_feature_is_divided_then_filled_then_capped_then_compared():
    since = EVENT | {"aggregate": "days_since_first"}
    assert one(**since, divide_by=3) == [3.0, None, None]
    assert one(**since, divide_by=3, missing=8) == [3.0, 8.0, 8.0]
    assert one(**since, divide_by=3, missing=8, cap=5) == [3.0, 5.0, 5.0]
    assert one(**since, divide_by=3, missing=8, cap=5, above=4) == [0, 1, 1]
    assert one(**since, above=4) == [1, None, None]


def test_rows_come_sorted_by_id_with_the_carried_columns():
    spec = {"id": "case", "as_of": "seen", "carry": ("place",)}
    count = {"count": EVENT | {"aggregate": "count"}}
    table = (
        target.features(spine=SPINE, tables={"fires": FIRES}, features=count, **spec)
        .tables["features"]
        .data
    )
    assert table.column_names == ["case", "seen", "place", "count"]
    assert table["case"].to_pylist() == [1, 2, 3]
    assert table["place"].to_pylist() == ["a", "b", None]
    assert table["count"].type == pa.int64()


def test_the_order_of_rows_does_not_change_a_bit():
    named = {
        "mean": EVENT | {"aggregate": "mean", "column": "cost"},
        "heat": PLACE | {"aggregate": "density", "bandwidth_degrees": 0.2},
    }
    many = pa.concat_tables([FIRES] * 30)
    shuffled = many.take([(7 * n) % many.num_rows for n in range(many.num_rows)])
    straight = features(fires=many, **named).tables["features"].data
    assert features(fires=shuffled, **named).tables["features"].data.equals(straight)


def test_the_past_of_the_cases_themselves_is_a_source():
    spine = pa.table({"case": [1, 2], "seen": [day(1), day(5)], "place": ["a", "a"]})
    own = {"source": "spine", "on": "seen", "key": {"place": "place"}, "aggregate": "count"}
    made = target.features(spine=spine, id="case", as_of="seen", features={"earlier": own})
    assert values(made, "earlier") == [0, 1]


def test_the_headline_and_the_table_tell_where_features_come_from():
    output = features(since=EVENT | {"aggregate": "days_since_last", "missing": 99})
    assert output.result.headline == (
        "1 feature of 3 cases, each from what was known the day before."
    )
    table = output.result.blocks[0]
    assert table.about == "method"
    assert table.rows[0][:3] == ("since", "fires", "all the past")
    assert table.rows[0][4] == pytest.approx(2 / 3)


def test_the_check_says_how_near_an_event_came():
    (check,) = features(x=EVENT | {"aggregate": "count"}).result.checks
    assert check.name == "no event on or after the as-of date entered"
    assert (check.answer, check.detail) == (
        "passed",
        "The newest event used lies 1 day before its as-of date.",
    )


def test_what_is_looked_up_is_not_said_to_have_been_known():
    fires = FIRES.slice(1, 1)
    lookup = {"source": "fires", "key": {"place": "at"}, "aggregate": "lookup", "column": "cost"}
    checks = features(fires=fires, x=lookup).result.checks
    assert [check.answer for check in checks] == ["passed", "cannot tell"]


def test_many_missing_values_are_a_caution():
    output = features(x=EVENT | {"aggregate": "days_since_last", "missing": 1})
    assert "More than 20% of the cases have no value for x" in output.result.cautions[0]
    assert "A stand-in was put in for x." in output.result.cautions[0]
    assert features(x={"source": "fires", "on": "on", "aggregate": "count"}).result.cautions == ()


def test_a_case_that_stands_twice_is_refused_with_every_other_fault_of_the_cases():
    spine = pa.concat_tables([SPINE, SPINE.slice(0, 1)]).append_column(
        "name", pa.array([CANARY] * 4)
    )
    spine = spine.set_column(0, "case", pa.array([2, 1, None, 2]))
    said = refusal(spine=spine, x=EVENT | {"aggregate": "count"})
    assert "case is empty in 1 rows" in said
    assert "1 pairs of case and seen stand in several rows" in said


def test_a_spine_without_cases_is_refused():
    assert "not one case" in refusal(spine=SPINE.slice(0, 0), x=EVENT | {"aggregate": "count"})


def test_every_column_of_the_wrong_kind_is_named_and_no_cell_is():
    fires = pa.table({"at": [7], "on": [CANARY], "cost": [CANARY], "when": [day(1)]})
    said = refusal(
        fires=fires,
        mean=EVENT | {"aggregate": "mean", "column": "cost"},
        dates=EVENT | {"aggregate": "max", "column": "when", "on": "when"},
        kinds={"source": "fires", "key": {"case": "at"}, "aggregate": "lookup", "column": "cost"}
        | {"where": {"at": "seven"}, "missing": 0},
    )
    assert said.startswith("7 problems")
    assert "on must be a date, and holds text" in said
    assert "the key joins place (text) to at (number)" in said
    assert "cost must be a number, and holds text" in said
    assert "max is of when, which holds date" in said
    assert "where compares at (number) with text" in said
    assert "cost holds text, which cannot be divided, filled, capped or compared" in said
    assert CANARY not in said


def test_times_with_a_zone_are_refused_since_their_day_depends_on_the_reader():
    fires = pa.table({"at": ["a"], "on": pa.array([datetime(2026, 3, 9, tzinfo=UTC)])})
    said = refusal(fires=fires, x=EVENT | {"aggregate": "count"})
    assert "on must be a date, and holds time with a zone" in said


def test_a_text_as_of_date_and_text_coordinates_are_refused():
    spine = pa.table({"case": [1], "seen": ["10/03/2026"], "lat": ["51.5"], "lon": [0.1]})
    said = refusal(spine=spine, x=PLACE | {"aggregate": "count", "radius_metres": 5})
    assert "seen must be a date" in said
    assert "lat must be a number" in said
    assert "10/03" not in said


def test_numbers_too_large_to_be_added_exactly_are_refused():
    fires = pa.table({"at": ["a", "a"], "on": [day(1)] * 2, "cost": [2e15, float("inf")]})
    said = refusal(fires=fires, x=EVENT | {"aggregate": "sum", "column": "cost"})
    assert "cost is 1e+15 or more in 2 rows" in said


def test_a_number_that_is_not_one_counts_as_missing():
    fires = pa.table({"at": ["a", "a"], "on": [day(1)] * 2, "cost": [4.0, float("nan")]})
    assert one(fires=fires, **EVENT, aggregate="mean", column="cost")[0] == 4.0
    assert one(fires=fires, **EVENT, aggregate="max", column="cost")[0] == 4.0


@pytest.mark.parametrize(
    ("feature", "sentence"),
    [
        ({"aggregate": "sum", "on": "on"}, "sum needs column"),
        ({"aggregate": "count", "on": "on", "column": "cost"}, "column has no place"),
        ({"aggregate": "count"}, "count needs on, the date of the event"),
        ({"aggregate": "lookup", "column": "cost"}, "lookup needs key"),
        (
            {"aggregate": "lookup", "column": "cost", "key": {"place": "at"}, "on": "on"},
            "lookup has no date",
        ),
        ({"aggregate": "density", "on": "on"}, "density needs bandwidth_degrees"),
        (
            {"aggregate": "count", "on": "on", "radius_metres": 5},
            "a place needs latitude and longitude",
        ),
        (EVENT | {"aggregate": "count", "latitude": "lat"}, "no use without radius_metres"),
        (EVENT | {"aggregate": "count", "bandwidth_degrees": 0.1}, "belongs to density alone"),
        (EVENT | {"aggregate": "count", "above": 3, "cap": 2}, "would always be 0"),
        (EVENT | {"aggregate": "count", "where": {"kind": ()}}, "no row would count"),
    ],
)
def test_what_cannot_stand_together_is_refused_before_any_row_is_read(feature, sentence):
    assert sentence in refusal(ProjectError, x={"source": "fires"} | feature)


def test_every_fault_of_a_feature_is_told_at_once():
    said = refusal(ProjectError, x={"source": "fires", "aggregate": "sum"})
    assert "sum needs column; sum needs on, the date of the event" in said
    assert "features.x" in said


def test_a_feature_named_like_another_column_of_the_output_is_refused():
    said = refusal(ProjectError, Case=EVENT | {"aggregate": "count"})
    assert "would stand twice: Case, case" in said


def test_a_place_without_coordinates_in_the_spine_is_refused():
    density = {"heat": PLACE | {"aggregate": "density", "bandwidth_degrees": 0.1}}
    with pytest.raises(
        ProjectError, match="latitude and longitude of the spine are needed by heat"
    ):
        target.features(
            spine=SPINE, tables={"fires": FIRES}, id="case", as_of="seen", features=density
        )


def test_it_reads_only_the_columns_that_the_features_name():
    named = {"x": EVENT | {"aggregate": "sum", "column": "cost", "where": {"kind": "home"}}}
    spec = asof.Spec(spine="cases", id="case", as_of="seen", features=named)
    assert asof.reads(spec) == {
        "cases": ("case", "seen", "place"),
        "fires": ("on", "cost", "at", "kind"),
    }
    grants = {"cases": Granted(SPINE, ("case", "seen", "place"))}
    with open_access(grants, step="x", purpose="y") as access, pytest.raises(ColumnsNotCovered):
        asof.run(spec, access)


def test_a_name_is_never_read_as_sql():
    odd = 'x" from fires; drop table fires; --'
    fires = FIRES.rename_columns(["at", odd, "cost", "kind", "lat", "lon"])
    found = one(fires=fires, source="fires", on=odd, key={"place": "at"}, aggregate="count")
    assert found == [2, 0, None]


@pytest.mark.parametrize("north", [-0.003, 0.0, 0.003])
@pytest.mark.parametrize("east", [-0.004, 0.0, 0.004])
def test_what_is_near_is_found_in_every_direction(north, east):
    cases = [(51.5 + 0.0011 * n, -0.1 + 0.0013 * n) for n in range(12)]
    spine = pa.table(
        {
            "case": list(range(12)),
            "seen": [day(10)] * 12,
            "lat": [lat for lat, _ in cases],
            "lon": [lon for _, lon in cases],
        }
    )
    fires = pa.table(
        {
            "on": [day(n % 9 + 1) for n in range(12)],
            "lat": [lat + north for lat, _ in cases],
            "lon": [lon + east for _, lon in cases],
        }
    )
    metres = 1.001 * math.hypot(north * 111_195, east * 111_195 * math.cos(math.radians(51.5))) + 1
    near = one(spine=spine, fires=fires, **PLACE, aggregate="count", radius_metres=metres)
    assert min(near) >= 1
    heat = {"aggregate": "density", "bandwidth_degrees": 0.005 / 5.5}
    assert min(one(spine=spine, fires=fires, **PLACE, **heat)) > 0


def test_tables_of_the_lake_go_by_schema_and_name():
    count = {"source": "admitted.fires", "on": "on", "key": {"place": "at"}, "aggregate": "count"}
    made = target.features(
        spine="defined.cases",
        tables={"defined.cases": SPINE, "admitted.fires": FIRES},
        id="case",
        as_of="seen",
        features={"fires": count},
    )
    assert values(made, "fires") == [2, 0, None]
