"""Which records of one body, or of several, are about the same person?

Twins, a parent and a child of one name, and namesakes are kinds of their own, so that they are not
taken for one person because much about them agrees. Doubtful pairs are for a person to look at.
"""

from joinedup.link.entity_card import card

METHOD = card(
    "link.people",
    "person",
    summary="Which records are about the same person?",
    assumptions=(
        "Fields err independently, within matches, namesakes, homes and the rest.",
        "Records of one table are of the same kind: a person in each row.",
    ),
)
Spec, reads, run = METHOD.spec, METHOD.reads, METHOD.run
