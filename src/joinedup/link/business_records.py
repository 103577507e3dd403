"""Which records of one body, or of several, are about the same business or site?

A chain has one name at many places, and one place can have many businesses: both are kinds of their
own, so that they are not taken for one. A sole trader is a person: what is linked here can be
personal data.
"""

from joinedup.link.entity_card import card

METHOD = card(
    "link.businesses",
    "business",
    summary="Which records are about the same business or site?",
    assumptions=(
        "Fields err independently, within matches, chains, shared places and the rest.",
        "Records of one table are of the same kind: a business or site in each row.",
    ),
)
Spec, reads, run = METHOD.spec, METHOD.reads, METHOD.run
