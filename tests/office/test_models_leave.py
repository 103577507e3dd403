"""A model that carries its people stays; one that does not leaves as it was read, as plain JSON."""

import hashlib
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from filling import filled

from joinedup.core.errors import ProjectError, ReleaseError
from joinedup.office.house import open_office
from joinedup.office.leaving.candidate import check, prepare
from joinedup.office.leaving.models import made_ready
from joinedup.office.leaving.out import leave
from joinedup.office.leaving.review import review
from joinedup.office.project_gate import gate

SIZE, FITTED_BY, AUTHOR = 2_400, "F. Itter", "A. Nalyst"
READERS = ("B. Eader", "C. Hecker")
SIGNATORY = "Name of the person who may sign"
STEP = """# What went with a find before.
title = "Score"
method = "target.model"
purpose = "inspection"

[settings]
table = "defined.cohort"
id = "id"
time = "visited_on"
outcome = "found"
features = ["risk", "floors", "kind"]
train_before = "2026-11-01"
test_from = "2026-11-01"
"""
TREES = 'algorithm = "boosting"\ntrees = 40\ndepth = 3\nmin_leaf = 40\n'
CLOSE = 'algorithm = "boosting"\ntrees = 40\ndepth = 9\nmin_leaf = 0.000001\nlearning_rate = 0.5\n'
CANARY = 987.654321
"""One visit's own risk: it must not stand in anything that leaves."""


def declare(office):
    """Two more fields, an outcome, and a step that learns from them."""
    dataset = office / "datasets" / "visits.toml"
    more = {"floors": "number", "kind": "text", "found": "number"}
    dataset.write_text(
        dataset.read_text()
        + "".join(
            f'\n[fields.{name}]\ntype = "{kind}"\ndescription = "Of the premises: {name}."\n'
            for name, kind in more.items()
        )
    )
    agreement = office / "agreements" / "visits.toml"
    agreement.write_text(
        agreement.read_text().replace('"risk"]', '"risk", "floors", "kind", "found"]')
    )
    cohort = office / "projects" / "first" / "definitions" / "cohort.sql"
    cohort.write_text(cohort.read_text().replace("on, risk\n", "on, risk, floors, kind, found\n"))
    (office / "projects" / "first" / "steps" / "scores.toml").write_text(STEP)


def visited(*, rare=0):
    """Rows of visits; a find is likelier with risk."""
    rng = np.random.default_rng(20261128)
    risk = np.round(rng.gamma(4, 10, SIZE), 6)
    risk[7] = CANARY
    floors = rng.integers(1, 12, SIZE)
    kind = rng.choice(["shop", "pub", "stall"], SIZE).astype(object)
    kind[:rare] = "lighthouse"
    found = rng.random(SIZE) < 1 / (1 + np.exp(2.2 - np.minimum(risk, 120) / 30))
    lines = ["visit,visited_on,risk,floors,kind,found"]
    for n in range(SIZE):
        day = f"{n % 28 + 1:02}/{n % 12 + 1:02}/2026"
        lines.append(f"V{n:04},{day},{risk[n]},{floors[n]},{kind[n]},{int(found[n])}")
    return "\n".join([*lines, ""])


@pytest.fixture
def step(office, joinedup, tmp_path):
    """The invented office with its visits delivered; gives a way to run the step with settings."""
    filled(office)
    declare(office)
    said = joinedup("agree", "sign", "visits", "--party", "council", "--by", SIGNATORY)
    assert said.code == 0, said.err

    def run(settings="", *, rare=0, who=FITTED_BY):
        file = tmp_path / "visits_2026.csv"
        if not file.exists():
            file.write_text(visited(rare=rare))
            said = joinedup("deliver", "visits", str(file))
            assert said.code == 0, said.err
        (office / "projects" / "first" / "steps" / "scores.toml").write_text(STEP + settings)
        said = joinedup("run", "scores", "--as", who)
        assert said.code == 0, said.err
        place = open_office(office, tmp_path / "home", AUTHOR)
        project = place.folder.project(None)
        if not (tmp_path / "gated").exists():
            gate(place, project)
            (tmp_path / "gated").touch()
        return place, project

    return run


def approved(place, project, *, readers=READERS):
    for reader in readers:
        acting = replace(place, who=reader)
        review(acting, project, "scores-model", verdict="approve", reason="read the card")


def refused(act, *args):
    with pytest.raises(ReleaseError) as caught:
        act(*args)
    return caught.value


@pytest.mark.parametrize(
    ("settings", "kind"), [("", "logistic regression"), (TREES, "boosted trees")]
)
def test_a_model_that_tells_nobody_leaves_as_json_with_its_card(step, settings, kind):
    place, project = step(settings)
    assert made_ready(place, project, "scores") == "scores-model"
    approved(place, project)
    left = leave(place, project, "scores-model")
    names = {file.name for file in left.folder.iterdir()}
    assert names == {"model.json", "report.html", "report.json", "report.txt", "report.xlsx"}
    content = (left.folder / "model.json").read_bytes()
    model = json.loads(content)
    assert (model["format"], model["kind"]) == ("joinedup model 1", kind)
    assert model.keys() == {"format", "kind", "start", "trees" if settings else "terms"}
    card = (left.folder / "report.txt").read_text()
    joined = " ".join(card.split())
    assert hashlib.sha256(content).hexdigest() in joined.replace(" ", "")
    for said in ("What it is for", "How to apply it", "About 2,000", "1 % false alarms", "AUC"):
        assert said in joined


def test_nothing_of_a_row_and_nobody_who_made_it_stands_in_what_leaves(step):
    place, project = step(TREES)
    made_ready(place, project, "scores")
    approved(place, project)
    left = leave(place, project, "scores-model")
    for file in left.folder.iterdir():
        content = file.read_bytes().decode("utf-8", "replace")
        for word in (str(CANARY), "V0007", "V0042", FITTED_BY, AUTHOR, *READERS, "behind."):
            assert word not in content, (file.name, word)
    thresholds = {"risk": set(), "floors": set(), "kind": set()}

    def walk(node):
        if "below" in node:
            thresholds[node["feature"]].add(node["below"])
            walk(node["then"])
            walk(node["otherwise"])

    for tree in json.loads((left.folder / "model.json").read_text())["trees"]:
        walk(tree)
    rows = [line.split(",") for line in visited().splitlines()[1:]]
    training = [row for row in rows if row[1][3:5] < "11"]
    for place, name in ((2, "risk"), (3, "floors")):
        assert len(thresholds[name]) > 5
        assert not thresholds[name] & {float(row[place]) for row in training}


def test_a_model_that_memorises_is_refused_with_every_reason(step, joinedup):
    place, project = step(CLOSE)
    error = refused(made_ready, place, project, "scores")
    assert {problem.where for problem in error.problems} == {"model of scores"}
    said = str(error)
    assert "of its leaves hold fewer than 10 cases" in said
    (auc,) = re.findall(r"can be told by its losses \(AUC (0\.\d\d)", said)
    assert float(auc) > 0.6
    assert all(problem.fix for problem in error.problems)
    told = joinedup("release", "model", "scores")
    assert told.code == 50
    assert "larger leaves" in told.err
    with pytest.raises(ProjectError, match="joinedup release model scores"):
        prepare(place, project, "scores-model")


def test_a_category_of_few_keeps_a_model_in(step):
    place, project = step(rare=6)
    (problem,) = refused(made_ready, place, project, "scores").problems
    assert "1 of the categories it names are those of fewer than 10" in problem.what
    assert "lighthouse" not in str(problem)


def test_a_stricter_profile_asks_for_larger_leaves_and_stops_what_was_approved(step, office):
    place, project = step(TREES)
    made_ready(place, project, "scores")
    approved(place, project)
    card = office / "office.toml"
    card.write_text(card.read_text().replace("threshold = 10", "threshold = 300"))
    place = open_office(office, place.home, AUTHOR)
    project = place.folder.project(None)
    for act in (made_ready, leave):
        said = str(refused(act, place, project, "scores" if act is made_ready else "scores-model"))
        assert "of its leaves hold fewer than 300 cases" in said
    card.write_text(card.read_text().replace("threshold = 300", "threshold = 12"))
    place = open_office(office, place.home, AUTHOR)
    said = str(refused(leave, place, place.folder.project(None), "scores-model"))
    assert "rules it leaves under, changed since it was judged (hash_changed)" in said


def test_a_profile_that_asks_of_households_lets_no_model_out_that_does_not_tell_them(step, office):
    file = office / "projects" / "first" / "project.toml"
    file.write_text('disclosure = "strict"\n' + file.read_text())
    place, project = step()
    assert "asks for 10 households" in str(refused(made_ready, place, project, "scores"))


def test_a_model_that_was_fitted_again_after_its_review_does_not_leave(step):
    place, project = step(TREES)
    made_ready(place, project, "scores")
    approved(place, project)
    place, project = step(TREES.replace("trees = 40", "trees = 41"))
    assert "hash_changed" in str(refused(leave, place, project, "scores-model"))
    made_ready(place, project, "scores")
    assert "have not yet" in str(refused(leave, place, project, "scores-model"))
    approved(place, project)
    leave(place, project, "scores-model")


def test_a_model_swapped_on_the_desk_after_its_review_does_not_leave(step):
    place, project = step()
    made_ready(place, project, "scores")
    approved(place, project)
    file = prepare(place, project, "scores-model").folder / "model.json"
    file.write_text(file.read_text().replace('"start": ', '"start": 1'))
    assert "model.json" in str(refused(leave, place, project, "scores-model"))


def test_neither_who_fitted_a_model_nor_who_had_it_judged_may_approve_it(step):
    place, project = step()
    made_ready(place, project, "scores")
    for author in (FITTED_BY, AUTHOR, "f.  ITTER"):
        with pytest.raises(ReleaseError, match="made"):
            approved(place, project, readers=(author,))
    approved(place, project, readers=READERS[:1])
    refused(leave, place, project, "scores-model")


def test_judged_twice_is_on_record_once_and_a_dry_run_judges_too(step):
    from joinedup.records.models import Run

    place, project = step()
    made_ready(place, project, "scores")
    made_ready(place, project, "scores")
    assert Run.objects.filter(step="scores-model").count() == 1
    assert check(place, project, "scores-model").hidden == 0


def test_a_step_that_fits_no_model_or_has_not_run_is_told(step, joinedup):
    place, project = step()
    with pytest.raises(ProjectError, match="it has not run"):
        made_ready(place, project, "rank")
    assert joinedup("run", "rank").code == 0
    with pytest.raises(ProjectError, match="it has fitted no model"):
        made_ready(place, project, "rank")


def test_a_step_may_not_have_the_name_that_a_model_is_reviewed_under(step, office):
    place, _ = step()
    steps = office / "projects" / "first" / "steps"
    (steps / "scores-model.toml").write_text((steps / "rank.toml").read_text())
    place = open_office(office, place.home, AUTHOR)
    with pytest.raises(ProjectError, match="there is a step of this name"):
        made_ready(place, place.folder.project(None), "scores")


def test_the_whole_way_by_commands(step, joinedup):
    step()
    said = joinedup("release", "model", "scores", "--as", AUTHOR)
    assert said.code == 0, said.err
    assert "joinedup release check scores-model" in said.out
    for reader in READERS:
        words = ("--approve", "--as", reader, "--reason", "read the card")
        said = joinedup("release", "review", "scores-model", *words)
        assert said.code == 0, said.err
    assert joinedup("release", "out", "scores-model").code == 0
    (row,) = json.loads(joinedup("release", "log", "--verify", "--json").out)
    assert row["step"] == "first/scores-model"
    assert "model.json" in row["files"]
