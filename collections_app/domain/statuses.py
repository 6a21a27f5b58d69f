"""The derived status of a record. Names and precedence are the code list ``statuses``: the first that holds wins."""

from enum import StrEnum


class Status(StrEnum):
    DECEASED = "deceased"
    COURT = "court"
    BANKRUPT = "bankrupt"
    ASSIGNED = "assigned"
    FRAUD_CHECK = "fraud_check"
    DISPUTED = "disputed"
    IN_MEDIATION = "in_mediation"
    PLAN_ACTIVE = "plan_active"
    PLAN_LATE = "plan_late"
    HARDSHIP_REVIEW = "hardship_review"
    REPRESENTED = "represented"
    PAYMENT_PENDING = "payment_pending"
    PROMISE_ACTIVE = "promise_active"
    PROMISE_BROKEN = "promise_broken"
    CALLBACK_DUE = "callback_due"
    LOST = "lost"
    PLACED = "placed"
    TO_CONTACT = "to_contact"
    GRACE = "grace"
    CURRENT = "current"
