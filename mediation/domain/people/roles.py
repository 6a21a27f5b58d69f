"""Who sits on a panel beside the mediator, what shows that they may, and how a seat stands."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class ExpertRole(StrEnum):
    LEGAL = "legal"
    FINANCIAL = "financial"
    PSYCHOLOGIST = "psychologist"
    INTERPRETER = "interpreter"


EXPERT_ROLES = TermList(
    ("legal", "法律顾问", "Legal counsel"),
    ("financial", "金融专家", "Financial expert"),
    ("psychologist", "心理咨询师", "Psychologist"),
    ("interpreter", "翻译", "Interpreter"),
)

QUALIFICATION_KINDS = TermList(
    ("mediator", "调解员证", "Mediator's certificate"),
    ("lawyer", "律师执业证", "Lawyer's licence"),
    ("finance", "金融从业资格", "Financial qualification"),
    ("psychology", "心理咨询资格", "Psychologist's qualification"),
    ("language", "翻译资格", "Interpreter's qualification"),
)

# What an expert must hold, in force on the day, to sit in each role; and what a mediator's certificate is.
QUALIFIES: dict[str, str] = {
    ExpertRole.LEGAL: "lawyer",
    ExpertRole.FINANCIAL: "finance",
    ExpertRole.PSYCHOLOGIST: "psychology",
    ExpertRole.INTERPRETER: "language",
}
MEDIATORS = "mediator"

# Trainings that gate which products a mediator mediates.
COURSES = TermList(
    ("card", "信用卡纠纷调解", "Mediating credit-card disputes"),
    ("loan", "贷款纠纷调解", "Mediating loan disputes"),
)

SKILLS = TermList(
    ("hardship", "困难客户沟通", "Customers in hardship"),
    ("elderly", "老年客户沟通", "Elderly customers"),
    ("business", "小微企业贷款", "Loans of small businesses"),
    ("cross_border", "跨境纠纷", "Cross-border disputes"),
)

SEAT_STATES = TermList(
    ("open", "待安排", "Nobody found yet"),
    ("proposed", "已邀请", "Asked"),
    ("accepted", "已接受", "Accepted"),
    ("declined", "已谢绝", "Declined"),
    ("replaced", "已更换", "Replaced"),
)
# These hold the hours of who sits there.
SEATED = ("proposed", "accepted")

CAPACITIES = TermList(
    ("mediator", "调解员", "Mediator"),
    ("representative", "本行代表", "The bank's representative"),
    ("expert", "专家", "Expert"),
)
