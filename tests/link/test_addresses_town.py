"""Are the addresses of the invented town given their UPRN, and no other's?"""

import io

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from joinedup.link.address_lookup import METHOD
from joinedup.store.bench import to_arrow
from joinedup.town.make import make

PEOPLE, DEEP_PEOPLE = 3_000, 100_000


def council_tax(folder):
    """The July file without its heading and without its UPRNs, and the truth by home."""
    text = (folder / "deliveries/2026-07/council_tax.csv").read_text(encoding="cp1252")
    text = text[text.index("Account Ref") : text.rindex("Total accounts")]
    table = pa.csv.read_csv(io.BytesIO(text.encode()))
    account = table["Account Ref"].cast(pa.string())
    table = table.set_column(0, "Account Ref", account).drop_columns(["UPRN"])
    kept, seen = [], set()
    for row, ref in enumerate(account.to_pylist()):
        if ref and ref not in seen:
            kept.append(row)
            seen.add(ref)
    homes = pa.parquet.read_table(folder / "truth/homes.parquet")["uprn"].to_pylist()
    told = pa.parquet.read_table(folder / "truth/records/council_tax.parquet")
    pairs = zip(told["ref"].to_pylist(), told["home"].to_pylist(), strict=True)
    return table.take(kept), {ref: f"{homes[home]:012d}" for ref, home in pairs if home >= 0}


def marked(output, truth):
    """Links, those that are right, and those to another part of the right building."""
    rows = output.tables["pairs"].data.to_pylist()
    known = [(row["id_l"], row["id_r"]) for row in rows if row["id_l"] in truth]
    return known, sum(truth[one] == place for one, place in known)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    make(PEOPLE, 5, folder)
    return folder


def held(folder):
    places = to_arrow(folder / "deliveries/open/gazetteer.csv", name="gazetteer")
    records, truth = council_tax(folder)
    tables = {"gazetteer": places, "council_tax": records}
    known, right = marked(METHOD(tables=tables, gazetteer="gazetteer"), truth)
    parents = dict(zip(places["UPRN"].to_pylist(), places["PARENT_UPRN"].to_pylist(), strict=True))
    across = [
        one for one, place in known
        if place != truth[one] and parents[place] and parents[place] == parents.get(truth[one])
    ]  # fmt: skip
    there = len(set(records["Account Ref"].to_pylist()) & set(truth))
    return right / len(known), right / there, across


def test_the_towns_homes_are_given_their_uprn(town):
    precision, recall, across = held(town)
    assert precision >= 0.98
    assert recall >= 0.9
    assert across == []


def test_who_lost_their_place_is_refused(town):
    places = to_arrow(town / "deliveries/open/gazetteer.csv", name="gazetteer")
    records, truth = council_tax(town)
    uprns = sorted(set(truth.values()))
    gone = set(np.random.default_rng(2).choice(uprns, len(uprns) // 5, replace=False).tolist())
    left = places.filter(pa.array([uprn not in gone for uprn in places["UPRN"].to_pylist()]))
    output = METHOD(tables={"gazetteer": left, "council_tax": records}, gazetteer="gazetteer")
    links = set(output.tables["pairs"].data["id_l"].to_pylist())
    lost = {one for one, place in truth.items() if place in gone}
    lost &= set(records["Account Ref"].to_pylist())
    assert len(lost & links) <= 0.1 * len(lost)


@pytest.mark.deep
def test_a_large_towns_homes_are_given_their_uprn(tmp_path):
    make(DEEP_PEOPLE, 1, tmp_path)
    precision, recall, across = held(tmp_path)
    assert precision >= 0.98
    assert recall >= 0.9
    assert across == []
