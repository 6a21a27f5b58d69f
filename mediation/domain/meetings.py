"""Meetings in person: who may come, and how long what is written of them may be."""

from collections_app.domain.terms import TermList

LONGEST_MINUTES = 8000
LONGEST_LINE = 300

ATTENDANTS = TermList(
    ("customer", "客户", "Customer"),
    ("companion", "陪同人员或代理人", "Somebody who came with the customer"),
    ("representative", "本行代表", "The bank's representative"),
    ("mediator", "调解员", "Mediator"),
    ("panel", "调解组成员", "Member of the panel"),
)

SESSION_PAPERS = TermList(
    ("minutes", "签字的会议记录", "Minutes, signed"),
    ("agreement", "签字的协议", "Agreement, signed"),
    ("address", "送达地址确认书", "Confirmation of the address for service"),
    ("other", "其他材料", "Other paper"),
)
