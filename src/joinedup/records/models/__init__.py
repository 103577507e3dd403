"""What happened, as rows. Each model's manager has the verbs the house uses; no queries elsewhere.

Moments are ISO 8601 text (UTC), copied from the event that tells of the row: the same text in
SQLite and in PostgreSQL.
"""

from joinedup.records.models.agreements import Signature
from joinedup.records.models.chain import LedgerEvent, LedgerHead, Row
from joinedup.records.models.decisions import LinkDecision
from joinedup.records.models.lake import Delivery, Part, TableVersion
from joinedup.records.models.leaving import Candidate, ReleaseRow, ReviewRow, Withdrawal
from joinedup.records.models.policy import (
    GlassReview,
    GlassRow,
    LeaseRow,
    PolicyApproval,
    PolicyText,
    PolicyWithdrawal,
    Revocation,
)
from joinedup.records.models.rights import LeftOut, Rectification, Rewriting, Suppression
from joinedup.records.models.runs import Run
from joinedup.records.models.signoffs import SignOff
from joinedup.records.models.subjects import SubjectSecret

__all__ = [
    "Candidate",
    "Delivery",
    "GlassReview",
    "GlassRow",
    "LeaseRow",
    "LedgerEvent",
    "LedgerHead",
    "LeftOut",
    "LinkDecision",
    "Part",
    "PolicyApproval",
    "PolicyText",
    "PolicyWithdrawal",
    "Rectification",
    "ReleaseRow",
    "ReviewRow",
    "Revocation",
    "Rewriting",
    "Row",
    "Run",
    "SignOff",
    "Signature",
    "SubjectSecret",
    "Suppression",
    "TableVersion",
    "Withdrawal",
]
