"""Does a later number carry the doubt of who is who, on the bench and in an office?"""

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.linkage.made_lists import ROUGH, lists
from pydantic import BaseModel

from joinedup import diagnose, link
from joinedup.core.errors import MethodError
from joinedup.core.method import Method
from joinedup.core.project import Step
from joinedup.office.doubted import doubted
from joinedup.office.plan import StepNode
from joinedup.result.blocks import Estimate, Estimates
from joinedup.result.model import Output, Result
from joinedup.store.access import open_access
from joinedup.store.bench import bench
from joinedup.store.engine import Granted
from joinedup.store.redraw import DOUBT, DRAWS, ENTITY


class Spec(BaseModel):
    """How many are in both lists."""

    entities: str = "entities"


def both(spec, access):
    lists_of = {}
    table = access.table(spec.entities)
    for name, entity in zip(*(table[one].to_pylist() for one in ("table", "entity")), strict=True):
        lists_of.setdefault(entity, set()).add(name)
    many = float(sum(len(one) > 1 for one in lists_of.values()))
    told = Estimate(name="both", value=many, low=None, high=None, level=0.95, unit="people", n=1)
    blocks = (Estimates(items=(told,)),)
    return Output(result=Result(method="test.both", headline=f"{many:.0f}", blocks=blocks))


IN_BOTH = Method(
    name="test.both",
    summary="How many are in both?",
    spec=Spec,
    reads=lambda spec: {spec.entities: ENTITY},
    run=both,
    bench=bench,
    assumptions=(),
    reference="none",
    trust="trial",
    where="memory",
    version="1",
    gives={},
)


def linked(people, harm, seed):
    tables = lists(people, harm, seed=seed)
    true = set.intersection(*({one[1:] for one in each["id"].to_pylist()} for each in tables))
    output = link.people(tables=dict(zip("ab", tables, strict=True)))
    return len(true), output.tables["entities"].data, output.tables["doubt"].data


@pytest.fixture(scope="module")
def world():
    return linked(1_000, ROUGH, 50)


def test_a_count_carries_the_doubt_of_who_is_who(world):
    true, entities, doubt = world
    plain = IN_BOTH(tables={"entities": entities}).result.estimates[0]
    output = IN_BOTH(tables={"entities": entities}, linkage=doubt)
    told = output.result.estimates[0]
    assert plain.low is None
    assert told.low <= true <= told.high
    assert output.result.headline == f"{plain.value:.0f}"
    assert "linkages that could as well be" in output.result.cautions[0]


def test_the_same_doubt_gives_the_same_interval(world):
    _, entities, doubt = world
    made = [
        IN_BOTH(tables={"entities": entities}, linkage=doubt).result.estimates[0] for _ in range(2)
    ]
    assert made[0] == made[1]


def test_a_step_of_an_office_carries_it_too(world):
    _, entities, doubt = world
    grants = {
        "entities": Granted(entities.select(ENTITY), ENTITY),
        "linked.doubt": Granted(doubt.select(DOUBT), DOUBT),
    }
    step = Step(id="known", method="test.both", purpose="test", linkage="linked.doubt")
    node = StepNode("known", "p", step, IN_BOTH, Spec(), {"entities": ENTITY})
    seen = []

    def calculate(some):
        seen.append(set(some))
        with open_access(some, step="known", purpose="test") as access:
            return both(Spec(), access)

    told = doubted(node, grants, calculate).result.estimates
    assert told == IN_BOTH(tables={"entities": entities}, linkage=doubt).result.estimates
    assert seen == [{"entities"}] * (DRAWS + 1)


def test_doubt_of_other_records_is_refused(world):
    _, entities, doubt = world
    with pytest.raises(MethodError, match="records of the doubt are not in entities"):
        IN_BOTH(tables={"entities": entities.slice(0, 10)}, linkage=doubt)


def test_what_is_no_doubt_and_no_entities_is_refused_at_once():
    bare = pa.table({"table": ["a"], "id": ["1"]})
    with pytest.raises(MethodError) as caught:
        IN_BOTH(tables={"entities": bare}, linkage=pa.table({"probability": [0.5]}))
    assert len(caught.value.problems) == len(DOUBT)


def test_a_method_without_estimates_says_that_it_carries_no_doubt(world):
    _, entities, doubt = world
    output = diagnose.counts(table=entities, id="entity", linkage=doubt)
    assert "no estimate that could carry the doubt" in output.result.cautions[-1]


@pytest.mark.deep
def test_intervals_with_the_doubt_of_links_hold_the_truth():
    held = []
    for seed in range(20):
        true, entities, doubt = linked(2_000, ROUGH, 50 + seed)
        told = IN_BOTH(tables={"entities": entities}, linkage=doubt).result.estimates[0]
        held.append(told.low <= true <= told.high)
    assert np.mean(held) >= 0.85
