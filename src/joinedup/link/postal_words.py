"""Which words of a British address mean the same, and which tell what kind of thing follows?"""

SHORTER = {
    "saint": "st", "street": "st", "str": "st", "road": "rd", "lane": "ln", "la": "ln",
    "avenue": "av", "ave": "av", "drive": "dr", "drv": "dr", "close": "cl", "clo": "cl",
    "court": "ct", "crt": "ct", "place": "pl", "crescent": "cr", "cres": "cr", "cresc": "cr",
    "terrace": "ter", "terr": "ter", "square": "sq", "gardens": "gdns", "garden": "gdns",
    "gdn": "gdns", "grove": "gr", "grv": "gr", "park": "pk", "parade": "pde", "mount": "mt",
    "building": "bldg", "bldgs": "bldg",
    "buildings": "bldg", "house": "hse", "centre": "ctr", "center": "ctr", "cntr": "ctr",
    "estate": "est", "industrial": "ind", "indust": "ind", "trading": "trad", "upper": "upr",
    "lower": "lwr", "little": "lt", "great": "gt", "green": "grn", "hill": "hl", "cottages": "cott",
    "cottage": "cott", "cotts": "cott", "apartments": "apts", "mansion": "mans",
    "mansions": "mans", "heights": "hts", "lodge": "ldg", "farm": "fm", "business": "bus",
    "broadway": "bdwy", "bridge": "br", "market": "mkt", "and": "", "boulevard": "blvd",
    "way": "wy", "walk": "wk", "view": "vw", "villas": "vls", "villa": "vls", "point": "pt",
    "enterprise": "ent", "limited": "ltd", "company": "co", "brothers": "bros", "the": "",
}  # fmt: skip
"""Long and short forms to one; an empty one is left out."""

STREET = frozenset([
    "st", "rd", "ln", "av", "dr", "cl", "ct", "pl", "cr", "ter", "sq", "gdns", "gr", "pk",
    "pde", "wy", "wk", "vw", "hl", "grn", "row", "mews", "mead", "meadow", "meadows", "rise",
    "vale", "chase", "end", "yard", "wharf", "quay", "bdwy", "bank", "br", "gate", "lea",
    "bypass", "hwy", "mkt", "drove", "fields", "field", "croft", "dale", "path", "passage",
    "loke", "arcade", "circus", "embankment", "esplanade", "approach", "plain", "tye",
    "common", "causeway", "alley", "blvd", "ride", "side", "wood", "copse", "cross", "corner",
    "orchard", "mt",
])  # fmt: skip
"""The last word of a street's name, most often."""

FLAT = frozenset([
    "flat", "apartment", "apt", "flt", "maisonette", "room", "bedsit", "studio", "penthouse",
    "annexe", "annex",
])  # fmt: skip
UNIT = frozenset([
    "unit", "units", "suite", "suites", "ste", "office", "offices", "shop", "shops", "stall",
    "kiosk", "bay", "plot", "workshop", "pitch", "pod", "lot", "warehouse", "hangar", "arch",
])  # fmt: skip
"""What a part of a building or of a site is called: of homes, and of others."""
ALONE = frozenset([
    "flat", "maisonette", "annexe", "annex", "penthouse", "basement", "rear",
])  # fmt: skip
"""These name a part though no number follows."""
NUMBER_SIGNS = frozenset([
    "no", "nos", "number", "num",
])  # fmt: skip
FLOORS = {
    "ground": "0", "grd": "0", "gnd": "0", "first": "1", "1st": "1", "second": "2", "2nd": "2",
    "third": "3", "3rd": "3", "fourth": "4", "4th": "4", "fifth": "5", "5th": "5",
    "sixth": "6", "6th": "6", "seventh": "7", "7th": "7", "eighth": "8", "8th": "8",
    "top": "top", "lwr": "lower", "upr": "upper", "mezzanine": "m",
}  # fmt: skip
FLOOR = frozenset([
    "floor", "flr", "fl",
])  # fmt: skip
SPOKEN = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip
CARE_OF = frozenset([
    "ltd", "llp", "plc", "co", "accountants", "associates", "partners",
])  # fmt: skip
"""After `care of`, the last word of the name of who takes the post in."""
