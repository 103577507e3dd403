"""What `target.features` means, in the slowest and plainest Python: it defines what is right.

Rows are dicts. One case at a time, one feature at a time, every row of the source each time.
"""

import math

EARTH_METRES = 6_371_008.8


def plain(spec, cases, sources):
    """Each case in order of id and as-of date: feature to its value before it is finished."""
    ordered = sorted(cases, key=lambda case: (case[spec.id], case[spec.as_of]))
    return [
        {
            name: plain_value(spec, feature, case, sources[feature.source])
            for name, feature in spec.features.items()
        }
        for case in ordered
    ]


def plain_value(spec, feature, case, rows):
    here = (case[spec.latitude], case[spec.longitude])
    if any(case[own] is None for own in feature.key) or (feature.is_located and None in here):
        return None
    rows = [row for row in rows if counts(spec, feature, case, row)]
    if feature.column:
        rows = [row for row in rows if row[feature.column] is not None]
    if feature.aggregate == "density":
        return density(feature, here, rows)
    if feature.radius_metres is not None:
        rows = [row for row in rows if metres(here, place(feature, row)) <= feature.radius_metres]
    if feature.aggregate == "count":
        return len(rows)
    if feature.aggregate == "ever":
        return int(bool(rows))
    return of_some(feature, case[spec.as_of], rows) if rows else None


def of_some(feature, as_of, rows):
    values = [row[feature.column] for row in rows] if feature.column else []
    days = [(as_of - row[feature.on]).days for row in rows] if feature.on else []
    kinds = {
        "sum": lambda: math.fsum(values),
        "mean": lambda: math.fsum(values) / len(values),
        "min": lambda: min(values),
        "max": lambda: max(values),
        "lookup": lambda: values[0],
        "last": lambda: max(zip([-day for day in days], values, strict=True))[1],
        "days_since_last": lambda: min(days),
        "days_since_first": lambda: max(days),
    }
    return kinds[feature.aggregate]()


def counts(spec, feature, case, row):
    """Whether a row of the source counts for this case, wherever it lies."""
    for own, other in feature.key.items():
        if row[other] != case[own]:
            return False
    for name, wanted in feature.where.items():
        if row[name] not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            return False
    if feature.is_located and None in place(feature, row):
        return False
    if not feature.on:
        return True
    if row[feature.on] is None:
        return False
    days = (case[spec.as_of] - row[feature.on]).days
    return days >= 1 and (feature.window_days is None or days <= feature.window_days)


def place(feature, row):
    return row[feature.latitude], row[feature.longitude]


def metres(here, there):
    (lat, lon), (lat2, lon2) = ([math.radians(degree) for degree in one] for one in (here, there))
    chord = math.sin((lat2 - lat) / 2) ** 2
    chord += math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(chord)))


def density(feature, here, rows):
    """The whole kernel, without a cut-off."""
    if not rows:
        return None
    h = feature.bandwidth_degrees
    apart = [math.dist(here, place(feature, row)) for row in rows]
    kernels = math.fsum(math.exp(-(d**2) / (2 * h**2)) for d in apart)
    return kernels / (2 * math.pi * h**2 * len(rows))
