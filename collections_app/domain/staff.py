"""Who works in the bank: departments, roles and how far each role sees."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class Department(StrEnum):
    COLLECTIONS = "collections"
    SERVICE = "service"
    MEDIATION = "mediation"
    LEGAL = "legal"
    COMPLIANCE = "compliance"
    OPERATIONS = "operations"
    MANAGEMENT = "management"
    SYSTEM = "system"
    CUSTOMER = "customer"


DEPARTMENTS = TermList(
    ("collections", "催收", "Collections"),
    ("service", "客服", "Customer service"),
    ("mediation", "调解", "Mediation"),
    ("legal", "法务", "Legal"),
    ("compliance", "合规", "Compliance"),
    ("operations", "运营", "Operations"),
    ("management", "管理", "Management"),
    ("system", "系统", "System"),
    ("customer", "客户", "Customer"),
)


class Role(StrEnum):
    COLLECTOR = "collector"
    SERVICE_AGENT = "service_agent"
    NEGOTIATOR = "negotiator"
    MEDIATOR = "mediator"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"
    LEGAL = "legal"
    CONSUMER_PROTECTION = "consumer_protection"
    COMPLIANCE = "compliance"
    PLACEMENT_MANAGER = "placement_manager"
    OPERATIONS = "operations"
    BRANCH_MANAGER = "branch_manager"
    TRAINER = "trainer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLES = TermList(
    ("collector", "催收员", "Collector"),
    ("service_agent", "客服专员", "Service agent"),
    ("negotiator", "协商专员", "Negotiator"),
    ("mediator", "调解员", "Mediator"),
    ("expert", "专家", "Expert"),
    ("supervisor", "主管", "Supervisor"),
    ("legal", "法务", "Legal"),
    ("consumer_protection", "消保专员", "Consumer protection"),
    ("compliance", "合规专员", "Compliance"),
    ("placement_manager", "委外管理", "Placement manager"),
    ("operations", "运营", "Operations"),
    ("branch_manager", "分支行负责人", "Branch manager"),
    ("trainer", "培训师", "Trainer"),
    ("auditor", "审计", "Auditor"),
    ("administrator", "管理员", "Administrator"),
)


class Scope(StrEnum):
    """How far a member of staff sees: the whole institution, a unit, a branch, or their own book."""

    INSTITUTION = "institution"
    UNIT = "unit"
    BRANCH = "branch"
    BOOK = "book"
    NONE = "none"


SCOPES = TermList(
    ("institution", "全行", "Institution"),
    ("unit", "条线", "Unit"),
    ("branch", "本机构", "Branch"),
    ("book", "本人名下", "Own book"),
    ("none", "无客户权限", "No customers"),
)

# What a role may do to a record. Reading is a matter of scope; everything here writes.
_DESK = frozenset(
    {
        "note.add",
        "promise.take",
        "promise.redate",
        "hold.place",
        "handoff.open",
        "handoff.move",
        "contact.correct",
        "person.record",
        "risk.press",
        "told.correct",
        "message.send",
        "complaint.take",
        "answer.read",
        "fact.correct",
        "personalisation.set",
        "access.end",
    }
)
_COMPLAINTS = frozenset({"complaint.take", "complaint.handle", "recusal.end", "evidence.pack"})
_CALLS = frozenset({"call.make", "call.close", "case.claim", "claim.record", "mediation.answer", "contact.ask"}) | {
    "waiver.ask"
}
# Own field visits: who plans and makes them. They are approved by whoever does not go.
_VISITS = frozenset({"visit.plan", "visit.close"})
_APPROVES = frozenset({"promise.approve", "contact.approve", "waiver.approve", "plan.approve", "plan.annul"}) | {
    "mandate.approve",
    "visit.approve",
}
_COURT = frozenset({"court.record", "court.pack"})
_INCIDENTS = frozenset({"incident.start", "incident.end"})

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.COLLECTOR: _DESK | _CALLS | _VISITS | {"mediation.propose"},
    Role.SERVICE_AGENT: _DESK | _CALLS | {"lookup", "estate.record"},
    Role.NEGOTIATOR: _DESK
    | _CALLS
    | _VISITS
    | _COURT
    | {
        "mediation.propose",
        "mediation.represent",
        "mandate.propose",
        "plan.agree",
        "clock.record",
        "obligation.record",
    },
    Role.MEDIATOR: frozenset({"mediation.conduct"}),
    Role.EXPERT: frozenset({"mediation.advise"}),
    Role.SUPERVISOR: _DESK
    | _CALLS
    | _VISITS
    | _APPROVES
    | _INCIDENTS
    | {"device.revoke", "risk.release", "call.take_over", "case.release", "view.share", "clock.record", "estate.record"}
    | {"answer.write", "answer.approve", "fact.correct_any", "plan.agree"}
    | {"claim.resolve", "mediation.propose", "mandate.propose", "hold.release", "promise.withdraw", "board.read"}
    | {"owner.assign", "export.take", "evidence.pack", "notice.send", "mediation.panel", "obligation.record"},
    Role.LEGAL: _COURT
    | frozenset(
        {
            "legal.record",
            "assignment.approve",
            "power.check",
            "complaint.take",
            "evidence.pack",
            "note.add",
            "handoff.move",
            "hold.place",
            "hold.release",
            "contact.ask",
            "contact.approve",
            "sentence.approve",
            "clock.record",
            "clock.suspend",
            "person.record",
            "estate.record",
            "contact.correct",
            "answer.approve",
            "message.send",
            "notice.send",
            "obligation.record",
        }
    ),
    Role.CONSUMER_PROTECTION: frozenset(
        {
            "template.approve",
            "note.add",
            "hold.place",
            "hold.release",
            "handoff.open",
            "handoff.move",
            "risk.press",
            "risk.release",
            "sentence.write",
            "sentence.approve",
            "power.check",
            "answer.write",
            "answer.approve",
            "device.revoke",
        }
    )
    | _COMPLAINTS,
    Role.COMPLIANCE: frozenset(
        {
            "template.write",
            "template.approve",
            "note.add",
            "handoff.move",
            "hold.place",
            "hold.release",
            "board.read",
            "rules.write",
            "codes.write",
            "contact.approve",
            "risk.press",
            "risk.release",
            "personalisation.set",
            "targeting.approve",
            "targeting.stop",
            "sending.halt",
            "sentence.write",
            "sentence.approve",
            "wall.keep",
            "export.take",
            "complaint.extend",
            "clock.suspend",
            "answer.write",
            "answer.approve",
        }
    )
    | _COMPLAINTS
    | _INCIDENTS,
    Role.PLACEMENT_MANAGER: frozenset({"note.add", "account.place", "board.read"}),
    Role.OPERATIONS: frozenset(
        {"handoff.move", "claim.resolve", "intake.run", "alert.resolve", "board.read", "owner.assign", "export.take"}
        | {"targeting.propose", "targeting.stop", "letter.print", "sending.halt"}
    )
    | {"template.write", "settlement.explain", "payment.identify"}
    | _INCIDENTS,
    Role.BRANCH_MANAGER: frozenset({"note.add", "hold.place", "board.read", "risk.press", "case.release", "view.share"})
    | {"owner.assign", "export.take", "complaint.take", "complaint.extend", "assignment.approve"}
    | _APPROVES,
    Role.TRAINER: frozenset({"board.read"}),
    Role.AUDITOR: frozenset({"board.read", "admin.read", "export.take"}),
    Role.ADMINISTRATOR: frozenset(
        {
            "admin",
            "template.write",
            "template.approve",
            "targeting.propose",
            "targeting.stop",
            "sending.halt",
            "account.place",
            "wall.keep",
            "owner.rules",
            "rules.write",
            "codes.write",
            "intake.run",
            "alert.resolve",
            "board.read",
        }
    ),
}


def allows(role: str, action: str) -> bool:
    """Return whether the role may do the action (a code such as ``promise.take``)."""
    return action in PERMISSIONS[Role(role)]
