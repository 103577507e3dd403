"""Is the catalogue what W3C DCAT 3 asks for, read by others' tools, without a network?"""

import json
from pathlib import Path

import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from joinedup.cli.main import main
from joinedup.office.begin import begin
from joinedup.office.exports import base_of, dcat
from joinedup.office.folder import load

# rdflib's own reader of JSON-LD uses a class that rdflib would rather see gone.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
FOOD = EXAMPLES / "food-inspections"
CSVW = Namespace("http://www.w3.org/ns/csvw#")


def graph_of(catalogue: dict) -> Graph:
    return Graph().parse(data=json.dumps(catalogue), format="json-ld")


@pytest.fixture(scope="module")
def food():
    return load(FOOD)


@pytest.fixture(scope="module")
def graph(food) -> Graph:
    return graph_of(dcat(food, base_of(food)))


def conforms(graph: Graph) -> tuple[bool, str]:
    shapes = Graph().parse(HERE / "dcat_shapes.ttl")
    held, _, words = pyshacl.validate(graph, shacl_graph=shapes)
    return held, words


@pytest.mark.parametrize("example", ["food-inspections", "town"])
def test_the_catalogue_has_what_dcat_asks_for(example):
    folder = load(EXAMPLES / example)
    held, words = conforms(graph_of(dcat(folder, base_of(folder))))
    assert held, words


def test_a_new_office_has_a_catalogue_too(tmp_path):
    begin(tmp_path / "our office", "Our office")
    folder = load(tmp_path / "our office")
    held, words = conforms(graph_of(dcat(folder, base_of(folder))))
    assert held, words


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (DCAT.Catalog, DCTERMS.publisher),
        (DCAT.Dataset, DCTERMS.title),
        (DCAT.Dataset, DCTERMS.description),
        (DCAT.Distribution, DCAT.accessURL),
    ],
)
def test_the_shapes_notice_what_is_missing(food, kind, what):
    graph = graph_of(dcat(food, base_of(food)))
    node = next(graph.subjects(RDF.type, kind))
    graph.remove((node, what, None))
    assert not conforms(graph)[0]


def test_every_dataset_is_there_with_its_publisher_and_its_fields(food, graph):
    for name, dataset in food.datasets.items():
        (node,) = graph.subjects(DCTERMS.identifier, Literal(name))
        assert (node, DCTERMS.title, Literal(dataset.title)) in graph
        schema = graph.value(node, DCTERMS.conformsTo)
        columns = Collection(graph, graph.value(schema, CSVW.column))
        assert [str(graph.value(column, CSVW.name)) for column in columns] == list(dataset.fields)
        keys = {str(key) for key in graph.objects(schema, CSVW.primaryKey)}
        assert keys == set(dataset.key)


def test_the_names_begin_with_the_base_that_was_asked_for(food):
    graph = graph_of(dcat(food, "https://data.example.org/"))
    assert (
        URIRef("https://data.example.org/catalogue"),
        DCAT.dataset,
        URIRef("https://data.example.org/dataset-health_inspections"),
    ) in graph


def test_nobody_who_signs_is_named_and_no_context_is_fetched(food):
    text = json.dumps(dcat(food, base_of(food)), ensure_ascii=False)
    people = [name for partner in food.partners.values() for name in partner.signatories]
    assert people
    assert [name for name in people if name in text] == []
    assert isinstance(json.loads(text)["@context"], dict)


def test_the_command_writes_the_same_bytes_twice(tmp_path, capsys):
    files = [tmp_path / "one.jsonld", tmp_path / "below" / "two.jsonld"]
    for file in files:
        assert main(["catalogue", "--office", str(FOOD), "--dcat", str(file)]) == 0
    assert "11 datasets" in capsys.readouterr().out
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_base_that_is_no_iri_is_refused(tmp_path, capsys):
    asked = ["--dcat", str(tmp_path / "c.jsonld"), "--base", "data example"]
    assert main(["catalogue", "--office", str(FOOD), *asked]) == 10
    assert "IRI" in capsys.readouterr().err


def test_asking_for_nothing_says_what_can_be_asked_for(capsys):
    assert main(["catalogue", "--office", str(FOOD)]) == 10
    assert "--odcs" in capsys.readouterr().err
