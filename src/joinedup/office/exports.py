"""What does the office promise, in the words that other catalogues read? Descriptions, no rows.

Two standards: W3C DCAT 3 for the whole office (one JSON-LD file that needs no other), and the Open
Data Contract Standard v3.1 for each dataset (one YAML file). Both are written from the office
folder alone. What the folder does not say (how often a dataset comes, what time it spans) is left
out, and so are prices, addresses of databases and the names of people who sign.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from joinedup.core.agreement import Agreement
from joinedup.core.digest import digest
from joinedup.core.errors import ProjectError
from joinedup.core.identifiers import is_email
from joinedup.core.vocabulary import Dataset, Field, FieldType, Format, Partner, Standard
from joinedup.office.folder import Folder
from joinedup.office.yaml import yaml

CONTEXT = {
    "csvw": "http://www.w3.org/ns/csvw#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "csvw:column": {"@container": "@list"},
}
MEDIA = "https://www.iana.org/assignments/media-types/"
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "fixed": "text/plain",
    "geojson": "application/geo+json",
    "json": "application/json",
    "jsonl": "text/plain",  # JSON lines have no registered type of their own
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}
CSVW_TYPES: dict[FieldType, str] = {
    "text": "string",
    "integer": "integer",
    "number": "double",
    "date": "date",
    "datetime": "dateTime",
    "boolean": "boolean",
    "geometry": "hexBinary",
}
LOGICAL_TYPES: dict[FieldType, str] = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "date": "date",
    "datetime": "timestamp",
    "boolean": "boolean",
    "geometry": "string",
}
CLASSES = {1: "open", 2: "personal", 3: "special category or offence"}
RULES: dict[Standard, str] = {
    "company_number": "A company number: eight digits, or two letters and six (Companies House).",
    "email": "An e-mail address (WHATWG HTML).",
    "nhs_number": "An NHS number: ten digits, the last checks the others (NHS Data Dictionary).",
    "nino": "A National Insurance number: a prefix in use, six digits, A to D (HMRC NIM39110).",
    "phone": "A UK telephone number with its area (Ofcom numbering plan).",
    "postcode": "A whole UK postcode (BS 7666).",
    "uprn": "A Unique Property Reference Number: 1 to 12 digits (GeoPlace).",
    "upn": "A Unique Pupil Number: its letter checks the rest (DfE).",
}


def base_of(folder: Folder) -> str:
    """What the office's things are named under where no web address was given."""
    return f"urn:joinedup:{quote(folder.card.id, safe='')}:"


def _iri(base: str, kind: str, name: str) -> str:
    return f"{base}{kind}-{quote(name, safe='')}"


def dcat(folder: Folder, base: str) -> dict[str, Any]:
    """The office's catalogue as JSON-LD.

    Args:
        folder: what the office declares.
        base: the IRI that the names of catalogue, datasets and bodies begin with.
    """
    card = folder.card
    agents = {name: _agent(base, partner) for name, partner in folder.partners.items()}
    return {
        "@context": CONTEXT,
        "@id": f"{base}catalogue",
        "@type": "dcat:Catalog",
        "dct:title": card.name,
        "dct:description": card.source_note
        or f"The datasets that partners promise to {card.name}: what they are, and no rows.",
        "dct:publisher": {"@id": f"{base}office", "@type": "foaf:Agent", "foaf:name": card.name},
        "dcat:contactPoint": _contact(f"{base}office-contact", card.name, card.contact),
        "dcat:dataset": [
            _dataset(folder, dataset, base, agents[dataset.partner])
            for dataset in folder.datasets.values()
        ],
    }


def _agent(base: str, partner: Partner) -> dict[str, Any]:
    return {
        "@id": _iri(base, "partner", partner.id),
        "@type": "foaf:Agent",
        "foaf:name": partner.name,
    }


def _contact(iri: str, name: str, contact: str) -> dict[str, Any]:
    found = {"@id": iri, "@type": "vcard:Organization", "vcard:fn": name}
    if is_email(contact):
        return found | {"vcard:hasEmail": {"@id": f"mailto:{contact}"}}
    return found | {"vcard:note": contact}


def _dataset(folder: Folder, dataset: Dataset, base: str, agent: dict[str, Any]) -> dict[str, Any]:
    iri = _iri(base, "dataset", dataset.id)
    partner = folder.partners[dataset.partner]
    agreements = _agreements(folder, dataset)
    return {
        "@id": iri,
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.id,
        "dct:title": dataset.title,
        "dct:description": f"{dataset.title}; {dataset.grain}.",
        "dct:publisher": agent,
        "dcat:contactPoint": _contact(f"{iri}-contact", partner.name, partner.contact),
        "dcat:keyword": sorted({agreement.purpose for agreement in agreements}),
        "dct:accessRights": {
            "@id": f"{iri}-access",
            "@type": "dct:RightsStatement",
            "rdfs:label": _access(agreements),
        },
        "dct:conformsTo": _schema(dataset, iri),
        "dcat:distribution": _distribution(dataset, iri, partner),
    }


def _agreements(folder: Folder, dataset: Dataset) -> list[Agreement]:
    return [one for one in folder.agreements.values() if dataset.id in one.covers]


def _access(agreements: list[Agreement]) -> str:
    if not agreements:
        return "No agreement covers it: nothing of it may be taken."
    titles = "; ".join(agreement.title for agreement in agreements)
    return f"Shared under agreement, for its purpose alone: {titles}."


def _schema(dataset: Dataset, iri: str) -> dict[str, Any]:
    return {
        "@id": f"{iri}-schema",
        "@type": ["dct:Standard", "csvw:Schema"],
        "dct:title": f"Fields of {dataset.id}",
        "csvw:primaryKey": list(dataset.key),
        "csvw:column": [
            {
                "@type": "csvw:Column",
                "csvw:name": name,
                "csvw:title": dataset.sender_column(name),
                "csvw:datatype": CSVW_TYPES[field.type],
                "csvw:required": field.required or name in dataset.key,
                "dct:description": field.description,
            }
            for name, field in dataset.fields.items()
        ],
    }


def _distribution(dataset: Dataset, iri: str, partner: Partner) -> dict[str, Any]:
    """How it comes. What gives access to it is the partner, by the address they named."""
    layout = dataset.layout
    access = f"mailto:{partner.contact}" if is_email(partner.contact) else f"{iri}-contact"
    found: dict[str, Any] = {
        "@id": f"{iri}-{layout.format}",
        "@type": "dcat:Distribution",
        "dct:title": f"{dataset.title}, as {layout.format}",
        "dcat:accessURL": {"@id": access},
    }
    if layout.format in MEDIA_TYPES:
        media = {"@id": MEDIA + MEDIA_TYPES[layout.format], "@type": "dct:MediaType"}
        found["dcat:mediaType"] = media
    return found


def contract(folder: Folder, name: str) -> dict[str, Any]:
    """One dataset as an Open Data Contract, v3.1.

    Its version is the digest of what is declared: another declaration is another version.
    """
    dataset = folder.datasets[name]
    partner = folder.partners[dataset.partner]
    agreements = _agreements(folder, dataset)
    found: dict[str, Any] = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"{folder.card.id}-{dataset.id}",
        "name": dataset.title,
        "version": digest(dataset)[:12],
        "status": "proposed" if agreements else "draft",
        "tenant": partner.name,
        "tags": sorted({agreement.purpose for agreement in agreements}),
        "description": _description(agreements),
        "servers": [{"server": dataset.id, "type": "custom", "format": dataset.layout.format}],
        "schema": [_table(dataset)],
        "support": [_support(partner)],
        "team": {"name": partner.name, "description": f"Controller: {partner.controller}"},
        "slaProperties": [
            {
                "property": "retention",
                "value": agreement.retention_days,
                "unit": "d",
                "description": agreement.title,
            }
            for agreement in agreements
        ],
    }
    return {key: value for key, value in found.items() if value}


def _description(agreements: list[Agreement]) -> dict[str, str]:
    found = {
        "purpose": " ".join(agreement.purpose_text for agreement in agreements),
        "usage": _access(agreements),
        "limitations": "Only fields that an agreement in force names are taken.",
    }
    return {key: value for key, value in found.items() if value}


def _support(partner: Partner) -> dict[str, str]:
    if is_email(partner.contact):
        address = f"mailto:{partner.contact}"
        return {"channel": partner.contact, "url": address, "tool": "email"}
    return {"channel": partner.contact, "tool": "other"}


def _table(dataset: Dataset) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": dataset.id,
        "businessName": dataset.title,
        "logicalType": "object",
        "physicalName": dataset.layout.file,
        "physicalType": "table" if dataset.layout.format == "postgres" else "file",
        "dataGranularityDescription": dataset.grain,
        "properties": [_property(dataset, name) for name in dataset.fields],
    }
    if len(dataset.key) > 1:
        found["quality"] = [_never("duplicateValues", {"properties": list(dataset.key)})]
    return found


def _property(dataset: Dataset, name: str) -> dict[str, Any]:
    field = dataset.fields[name]
    in_key = name in dataset.key
    found: dict[str, Any] = {
        "name": name,
        "physicalName": dataset.sender_column(name),
        "description": field.description,
        "logicalType": LOGICAL_TYPES[field.type],
        "required": field.required or in_key,
        "classification": CLASSES[field.sensitivity],
    }
    if in_key:
        found |= {"primaryKey": True, "primaryKeyPosition": dataset.key.index(name) + 1}
    if dataset.key == (name,):
        found["unique"] = True
    if quality := list(_rules(dataset, name)):
        found["quality"] = quality
    found["customProperties"] = list(_said(field))
    return found


def _rules(dataset: Dataset, name: str) -> Iterator[dict[str, Any]]:
    field = dataset.fields[name]
    if field.required or name in dataset.key:
        yield _never("nullValues")
    if dataset.key == (name,):
        yield _never("duplicateValues")
    if field.codes:
        yield _never("invalidValues", {"validValues": list(field.codes)})
    if field.standard in RULES:
        yield {"type": "text", "dimension": "conformity", "description": RULES[field.standard]}


def _never(metric: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
    """A rule of the standard's own library that no row may break."""
    asked = {"arguments": arguments} if arguments else {}
    return {"type": "library", "metric": metric, **asked, "mustBe": 0, "unit": "rows"}


def _said(field: Field) -> Iterator[dict[str, str]]:
    """What the house knows of a field that the standard has no word for."""
    for name in ("role", "unit", "standard"):
        if value := getattr(field, name):
            yield {"property": name, "value": value}


def write_dcat(folder: Folder, path: Path, base: str = "") -> int:
    """Write the catalogue as one JSON-LD file; gives the number of datasets in it.

    Raises:
        ProjectError: the base is no IRI.
    """
    if base and not re.match('[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>"{}|^`]*$', base):
        raise ProjectError(
            "the base is no IRI.", fix="give one such as https://example.org/data/.", where="--base"
        )
    catalogue = dcat(folder, base or base_of(folder))
    text = json.dumps(catalogue, indent=2, ensure_ascii=False, allow_nan=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n", encoding="utf-8")
    return len(catalogue["dcat:dataset"])


def write_odcs(folder: Folder, into: Path) -> list[Path]:
    """Write a contract for each dataset; gives the files."""
    into.mkdir(parents=True, exist_ok=True)
    files = []
    for name in folder.datasets:
        files.append(into / f"{name}.odcs.yaml")
        files[-1].write_text(yaml(contract(folder, name)), encoding="utf-8")
    return files
