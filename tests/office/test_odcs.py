"""Is each contract one that the Open Data Contract Standard's own model and schema take?"""

import json
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from joinedup.cli.main import main
from joinedup.core.vocabulary import Field
from joinedup.office.exports import contract
from joinedup.office.folder import load

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OFFICES = {name: EXAMPLES / name for name in ("food-inspections", "town")}
SCHEMA = json.loads(
    (resources.files("open_data_contract_standard") / "schema.json").read_text("utf-8")
)
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
MARKS = {"$schema", "$id", "$anchor", "title", "description", "default", "examples", "deprecated",
         "format", "$defs", "$comment"}  # fmt: skip


class Checked:
    """A value held against JSON Schema 2019-09, as far as this schema uses it.

    `wrong` is what is wrong; `seen` are the properties that some part of the schema knows.
    """

    def __init__(self, value, schema, place="$"):
        self.value, self.place = value, place
        self.wrong: list[str] = []
        self.seen: set[str] = set()
        if isinstance(schema, bool):
            self.wrong += [] if schema else [f"{place}: nothing may stand here"]
            return
        for word in schema.keys() - MARKS - {"then", "unevaluatedProperties"}:
            getattr(self, "on_" + word.strip("$").lower())(schema[word], schema)
        if schema.get("unevaluatedProperties") is False and isinstance(value, dict):
            self.must(set(value) <= self.seen, f"unknown {set(value) - self.seen}")

    def must(self, holds, words):
        self.wrong += [] if holds else [f"{self.place}: {words}"]

    def beside(self, schema) -> "Checked":
        return Checked(self.value, schema, self.place)

    def take(self, other: "Checked"):
        self.wrong += other.wrong
        self.seen |= other.seen if not other.wrong else set()

    def on_ref(self, path, _):
        found = SCHEMA
        for step in path.removeprefix("#/").split("/"):
            found = found[step]
        self.take(self.beside(found))

    def on_allof(self, schemas, _):
        for schema in schemas:
            self.take(self.beside(schema))

    def on_anyof(self, schemas, _):
        held = [one for one in map(self.beside, schemas) if not one.wrong]
        self.must(held, "none of the kinds it may be")
        for one in held:
            self.take(one)

    def on_oneof(self, schemas, _):
        held = [one for one in map(self.beside, schemas) if not one.wrong]
        self.must(len(held) == 1, f"{len(held)} of the kinds of which it must be one")
        for one in held:
            self.take(one)

    def on_not(self, schema, _):
        self.must(self.beside(schema).wrong, "what it must not be")

    def on_if(self, schema, whole):
        if not self.beside(schema).wrong:
            self.take(self.beside(whole.get("then", True)))

    def on_type(self, kind, _):
        kinds = [kind] if isinstance(kind, str) else kind
        truth = isinstance(self.value, bool) and "boolean" not in kinds
        self.must(any(isinstance(self.value, TYPES[one]) for one in kinds) and not truth, kinds)

    def on_properties(self, known, _):
        if isinstance(self.value, dict):
            for name in known.keys() & self.value.keys():
                self.seen.add(name)
                inner = Checked(self.value[name], known[name], f"{self.place}.{name}")
                self.wrong += inner.wrong

    def on_additionalproperties(self, allowed, whole):
        if isinstance(self.value, dict) and allowed is False:
            strange = self.value.keys() - whole.get("properties", {}).keys()
            self.must(not strange, f"unknown {strange}")

    def on_required(self, names, _):
        if isinstance(self.value, dict):
            self.must(set(names) <= self.value.keys(), f"needs {names}")

    def on_items(self, schema, _):
        if isinstance(self.value, list):
            for number, one in enumerate(self.value):
                self.wrong += Checked(one, schema, f"{self.place}[{number}]").wrong

    def on_enum(self, values, _):
        self.must(self.value in values, f"none of {values}")

    def on_const(self, value, _):
        self.must(self.value == value, f"not {value}")

    def on_pattern(self, pattern, _):
        if isinstance(self.value, str):
            self.must(re.search(pattern, self.value), f"not like {pattern}")

    def on_minlength(self, least, _):
        self.must(not isinstance(self.value, str) or len(self.value) >= least, "too short")

    def on_maxlength(self, most, _):
        self.must(not isinstance(self.value, str) or len(self.value) <= most, "too long")

    def on_minitems(self, least, _):
        self.must(not isinstance(self.value, list) or len(self.value) >= least, "too few")

    def on_maxitems(self, most, _):
        self.must(not isinstance(self.value, list) or len(self.value) <= most, "too many")

    def on_uniqueitems(self, wanted, _):
        if wanted and isinstance(self.value, list):
            texts = [json.dumps(one, sort_keys=True) for one in self.value]
            self.must(len(set(texts)) == len(texts), "one of them twice")

    def on_minimum(self, least, _):
        self.must(not isinstance(self.value, int | float) or self.value >= least, "too small")

    def on_maximum(self, most, _):
        self.must(not isinstance(self.value, int | float) or self.value <= most, "too large")

    def on_minproperties(self, least, _):
        self.must(not isinstance(self.value, dict) or len(self.value) >= least, "too few")


def wrong(value) -> list[str]:
    return Checked(value, SCHEMA).wrong


@pytest.fixture(scope="module", params=OFFICES)
def place(request) -> Path:
    return OFFICES[request.param]


@pytest.fixture(scope="module")
def declared(place):
    return load(place)


@pytest.fixture(scope="module")
def food():
    return load(OFFICES["food-inspections"])


@pytest.fixture(scope="module")
def written(place, tmp_path_factory) -> dict[str, str]:
    """Dataset to its contract, as the command writes it."""
    folder = tmp_path_factory.mktemp("contracts")
    assert main(["catalogue", "--office", str(place), "--odcs", str(folder)]) == 0
    return {file.name.split(".")[0]: file.read_text("utf-8") for file in folder.iterdir()}


def test_every_dataset_has_its_contract(declared, written):
    assert written.keys() == declared.datasets.keys()
    assert {name: yaml.safe_load(text) for name, text in written.items()} == {
        name: contract(declared, name) for name in declared.datasets
    }


def test_the_standards_own_model_takes_each_contract(declared, written):
    for name, text in written.items():
        model = OpenDataContractStandard.from_string(text)
        assert model.apiVersion == "v3.1.0"
        (table,) = model.schema_
        assert [one.name for one in table.properties] == list(declared.datasets[name].fields)
        key = {one.primaryKeyPosition: one.name for one in table.properties if one.primaryKey}
        assert tuple(key[place] for place in sorted(key)) == declared.datasets[name].key


def test_the_standards_own_schema_takes_each_contract(written):
    assert {name: wrong(yaml.safe_load(text)) for name, text in written.items()} == {
        name: [] for name in written
    }


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.pop("version"),
        lambda one: one.update(stranger=1),
        lambda one: one.update(apiVersion="v9"),
        lambda one: one["servers"][0].update(type="cupboard"),
        lambda one: one["schema"][0]["properties"][0].update(logicalType="text"),
        lambda one: one["schema"][0]["properties"][0].update(stranger=1),
        lambda one: one["schema"][0]["properties"][0]["quality"][0].update(metric="notNull"),
        lambda one: one["schema"][0]["properties"][0]["quality"][0].pop("mustBe"),
        lambda one: one["support"][0].pop("channel"),
    ],
)
def test_the_schema_notices_what_is_wrong(food, spoil):
    spoilt = json.loads(json.dumps(contract(food, "health_inspections")))
    spoil(spoilt)
    assert wrong(spoilt)


def test_what_is_asked_of_a_field_stands_as_a_rule(food):
    fields = {
        "ref": Field(type="text", description="Key.", required=True),
        "nhs": Field(type="text", description="Number.", standard="nhs_number", sensitivity=3),
        "sex": Field(type="text", description="Sex.", codes=("F", "M")),
    }
    dataset = replace(food.datasets["health_inspections"], fields=fields, key=("ref", "sex"))
    made = contract(replace(food, datasets={"health_inspections": dataset}), "health_inspections")
    assert wrong(made) == []
    (table,) = made["schema"]
    ref, nhs, sex = table["properties"]
    assert [rule["metric"] for rule in ref["quality"]] == ["nullValues"]
    assert nhs["classification"] == "special category or offence"
    assert "last checks the others" in nhs["quality"][0]["description"]
    assert {"validValues": ["F", "M"]} in [rule.get("arguments") for rule in sex["quality"]]
    assert table["quality"][0]["arguments"] == {"properties": ["ref", "sex"]}


def test_another_declaration_is_another_version(food):
    dataset = replace(food.datasets["health_inspections"], title="Other")
    other = replace(food, datasets={"health_inspections": dataset})
    versions = {contract(one, "health_inspections")["version"] for one in (food, other)}
    assert len(versions) == 2


def test_a_contract_names_no_price_no_signatory_and_no_way_into_a_database(food):
    layout = replace(
        food.datasets["health_inspections"].layout,
        format="postgres",
        connection="SECRET_ADDRESS",
        query="select secret_column from secret_table",
    )
    dataset = replace(food.datasets["health_inspections"], layout=layout)
    made = contract(replace(food, datasets={"health_inspections": dataset}), "health_inspections")
    text = json.dumps(made).lower()
    people = [name for partner in food.partners.values() for name in partner.signatories]
    assert "price" not in made
    assert [word for word in ["secret", *people] if word.lower() in text] == []
    assert wrong(made) == []
