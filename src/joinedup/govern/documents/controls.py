"""What does the house itself enforce? Sentences that are true of every office, each with its proof.

A document may say of a control that it holds only in these words; a test holds each against the
part of the house that makes it true.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Something that cannot be left out by forgetting it.

    Attributes:
        principle: the principle of the law it serves (UK GDPR, article 5).
        words: what is enforced.
        shown_by: the command that shows it.
    """

    principle: str
    words: str
    shown_by: str


CONTROLS: tuple[Control, ...] = (
    Control(
        principle="Lawfulness, fairness and transparency",
        words="No file is taken in without an agreement in force that every party has signed.",
        shown_by="joinedup agree show",
    ),
    Control(
        principle="Purpose limitation",
        words="A step reads only the columns that an agreement in force allows for its purpose.",
        shown_by="joinedup plan",
    ),
    Control(
        principle="Data minimisation",
        words="Only the agreed fields of a file are read; the others never reach the disk.",
        shown_by="joinedup deliver --dry-run",
    ),
    Control(
        principle="Accuracy",
        words="Each delivery is held against what was agreed: rows that cannot be right are "
        "rejected and counted, and its fitness is graded for each use.",
        shown_by="joinedup quality",
    ),
    Control(
        principle="Storage limitation",
        words="Each agreement says how long its rows are kept; every document takes it from there.",
        shown_by="joinedup documents make ropa",
    ),
    Control(
        principle="Integrity and confidentiality",
        words="Data stay in a home that only the office's account may enter; the only way out is "
        "a folder that nothing reaches before small counts are hidden and a second person has "
        "approved it.",
        shown_by="joinedup release out --dry-run",
    ),
    Control(
        principle="Accountability",
        words="What is taken in, run, approved and released is written into a ledger in which a "
        "change of any line is found.",
        shown_by="joinedup audit verify",
    ),
)
