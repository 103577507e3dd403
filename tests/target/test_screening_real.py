"""Does the screen find the inspector's group in the city's frame, even under another name?"""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from joinedup import target
from joinedup.target.declared import ENFORCER

pytestmark = pytest.mark.real

FEATURES = ("pastCritical", "pastSerious", "timeSinceLast", "ageAtInspection", "heat_burglary")


@pytest.fixture(scope="module")
def frame(food):
    frame = pq.read_table(food / "published_model_frame_v1_6.parquet")
    return frame.append_column(
        "critical", pc.cast(pc.greater(frame["criticalCount"], 0), pa.int8())
    )


def screen(frame, *features):
    output = target.screen(table=frame, features=features, outcome="critical")
    return {row["feature"]: row for row in output.tables["verdicts"].data.to_pylist()}


def test_the_inspector_is_refused_and_the_other_published_features_are_not(frame):
    got = screen(frame, "Inspector_Assigned", *FEATURES)
    assert got["Inspector_Assigned"]["reason"] == ENFORCER
    assert [name for name, row in got.items() if row["verdict"] == "allowed"] == list(FEATURES)


def test_the_inspector_under_a_harmless_name_is_found_by_how_it_is_tied_to_the_outcome(frame):
    named = frame.append_column("colour", frame["Inspector_Assigned"])
    got = screen(named, "colour", "Facility_Type", "LICENSE_DESCRIPTION")
    assert got["colour"]["verdict"] == "refused"
    assert "its 6 groups differ so much" in got["colour"]["reason"]
    assert got["Facility_Type"]["verdict"] == got["LICENSE_DESCRIPTION"]["verdict"] == "allowed"


def test_the_count_that_makes_the_outcome_is_refused(frame):
    assert "gives the outcome away" in screen(frame, "criticalCount")["criticalCount"]["reason"]
