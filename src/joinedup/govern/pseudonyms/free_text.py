"""Does free text tell of what the law protects most?

Looked at in sentences alone (four words or more), for phrases that are seldom said of anything
else. A finding counts; it never repeats what is said.
"""

import re
from collections.abc import Collection, Mapping

FEWEST_WORDS = 4
FEWEST = 2
SHARE = 0.02
LOOKED_AT = 2_000  # characters of a text

PEOPLE = "person|people|child|children|adult|tenant|resident|man|woman|mother|father|son|daughter"
FAITHS = (
    "muslim|christian|hindu|sikh|jewish|catholic|buddhist|protestant|atheist|jehovah'?s witness"
)
PARTIES = "labour|conservative|tory|lib(eral)? dem(ocrat)?s?|green party|reform uk|snp|plaid cymru"
PEOPLES = (
    "pakistani|bangladeshi|indian|chinese|somali|nigerian|jamaican|caribbean|african|romanian"
    "|polish|irish|kurdish|afghan|syrian|white british|black british|mixed race"
)
# Phrases in small letters; each stands between the borders of words.
PHRASES: Mapping[str, str] = {
    "health": r"diabet(es|ic)|dementia|alzheimer'?s|parkinson'?s|cancer|chemotherapy|epilep(sy|tic)"
    r"|asthma(tic)?|copd|emphysema|schizophreni\w*|bipolar|psychosis|psychotic|depress(ion|ed)"
    r"|anxiety|self[- ]harm\w*|suicid\w+|overdose\w*|pregnan\w+|miscarriage|hiv|hepatitis"
    r"|autis\w+|adhd|diagnos\w+|medication|prescribed|insulin|antidepressants?|methadone"
    r"|alcoholi\w+|alcohol dependen\w+|substance misuse|drug use\w*|mental health|hospitali[sz]ed"
    r"|(had|after|suffered|following) a (stroke|heart attack|fall)|wheelchair"
    rf"|(is|are|was|registered|severely) disabled|disabled ({PEOPLE})|has a disability"
    r"|learning (difficult\w+|disabilit\w+)|bedbound|housebound|on oxygen|kidney (failure|disease)",
    "ethnicity": rf"ethnic\w*|(is|are|was)( an?)? ({PEOPLES})|({PEOPLES}|roma|traveller)"
    rf" (origin|heritage|descent|background|family|{PEOPLE})|gypsy|gypsies",
    "religion": rf"(is|are|was|a|as|practising|devout|converted to) ({FAITHS}|islam|christianity)"
    rf"|({FAITHS}) (family|{PEOPLE})|(attends|goes to|prays at) (the |a )?"
    r"(mosque|church|synagogue|temple|gurdwara)",
    "sexual orientation": r"(is|are|was|came out as) (gay|lesbian|bisexual|homosexual)"
    r"|same[- ]sex (partner|couple|relationship)|his (boyfriend|husband)|her (girlfriend|wife)",
    "biometric": r"fingerprints? (taken|match\w*|held)|face (match|recognition)|iris scan",
    "genetic": r"genetic (test|condition|disorder|mutation)\w*|brca[12]?|dna (test|sample|profile)",
    "trade union": r"trade union|union (rep|representative|steward|member)|(member|rep|steward) of"
    r" (unison|unite|gmb|usdaw|rmt|nasuwt|aslef)",
    "politics": rf"(member|supporter|activist|candidate) (of|for) (the )?({PARTIES})"
    rf"|(votes?|voted|campaign\w*) (for )?(the )?({PARTIES})",
    "offences": r"convict(ed|ions?)|criminal (record|offence\w*|damage)|arrest(ed)?|charged with"
    r"|(on|under) (probation|licence recall|tag)|in prison|prison sentence|ex[- ]offender"
    r"|sentenced|domestic (abuse|violence)|sex offender|(drug|cannabis) (dealing|dealer|cultivation"
    r"|farm)|assault(ed|s)?|burgl(ary|aries|ed)|robbery|stabb(ed|ing)|rape[ds]?|theft of"
    r"|police caution|wanted by police|suspect(ed)? of|shoplifting|anti[- ]social behaviour order",
}
PATTERNS = {name: re.compile(rf"\b(?:{phrase})\b") for name, phrase in PHRASES.items()}


def told_in(category: str, values: Collection[str]) -> str:
    """How many sentences tell of a category, if enough do; empty otherwise."""
    pattern = PATTERNS[category]
    sentences = [
        value[:LOOKED_AT].lower() for value in values if len(value.split()) >= FEWEST_WORDS
    ]
    telling = sum(pattern.search(sentence) is not None for sentence in sentences)
    if telling < FEWEST or telling < SHARE * len(sentences):
        return ""
    return f"{telling} of {len(sentences)} texts tell of it"
