"""Words, money, dates and masked numbers as people read them, in the language of the moment."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain import masking, money
from collections_app.domain.approvals import APPROVAL_STATES
from collections_app.domain.clocks.guarantee import GUARANTEE_KINDS, GUARANTEE_STATES
from collections_app.domain.clocks.limitation import LEVELS, OBSTACLES
from collections_app.domain.complaints import COMPLAINT_DOCUMENTS, FINDINGS, POWER_STATES, RETURNS, STEPS, WAYS
from collections_app.domain.contacts import CONTACT_STATES
from collections_app.domain.details import DETAIL_NAMES, DETAIL_VALUES, value_text
from collections_app.domain.events import EVENT_KINDS
from collections_app.domain.evidence import PACK_STATES
from collections_app.domain.exports import EXPORT_KINDS
from collections_app.domain.instalments.early import KEEPINGS, SCHEDULE_REASONS
from collections_app.domain.instructions import INSTRUCTION_STATES
from collections_app.domain.intake.format import BATCH_STATES, FIELD_NAMES, FILE_REASONS, ROW_REASONS
from collections_app.domain.issued import ISSUED_KINDS, in_groups
from collections_app.domain.machines.clients import MACHINE_KINDS
from collections_app.domain.next_steps import NEXT_STEPS, QUEUES
from collections_app.domain.outcomes import EFFECTS
from collections_app.domain.ownership.moving import GOALS, LINE_STATES, PLAN_STATES, SKIPS
from collections_app.domain.ownership.placements import RECALL_REASONS
from collections_app.domain.ownership.walls import STAFF_RELATIONS, WALL_TRIES
from collections_app.domain.people import DEBT_ROLES
from collections_app.domain.purposes import CHANNELS, MESSAGE_CLASSES
from collections_app.domain.risk import DANGERS
from collections_app.domain.staff import DEPARTMENTS, ROLES, SCOPES
from collections_app.domain.terms import Term
from collections_app.domain.told.verdicts import TOLD_STATES
from collections_app.domain.visits import VISIT_STATES
from collections_app.models import Instalment, Staff
from collections_app.selectors import codes
from collections_app.selectors.worklists import MOST_COUNTED
from collections_app.services import clock

register = template.Library()

# What the program itself names. The bank's own lists (domain/code_lists) are read from their rows.
LISTS: dict[str, dict[str, Term]] = {
    "approval_states": dict(APPROVAL_STATES),
    "channels": dict(CHANNELS),
    "clock_levels": dict(LEVELS),
    "contact_states": dict(CONTACT_STATES),
    "dangers": dict(DANGERS),
    "debt_roles": dict(DEBT_ROLES),
    "departments": dict(DEPARTMENTS),
    "complaint_documents": dict(COMPLAINT_DOCUMENTS),
    "issued_kinds": dict(ISSUED_KINDS),
    "complaint_findings": dict(FINDINGS),
    "complaint_steps": dict(STEPS),
    "complaint_ways": dict(WAYS),
    "details": dict(DETAIL_NAMES),
    "effects": dict(EFFECTS),
    "export_kinds": dict(EXPORT_KINDS),
    "events": {code: row.term for code, row in EVENT_KINDS.items()},
    "complaint_returns": dict(RETURNS),
    "goals": dict(GOALS),
    "guarantee_kinds": dict(GUARANTEE_KINDS),
    "guarantee_states": dict(GUARANTEE_STATES),
    "instruction_states": dict(INSTRUCTION_STATES),
    "intake_fields": dict(FIELD_NAMES),
    "intake_files": dict(FILE_REASONS),
    "intake_rows": dict(ROW_REASONS),
    "intake_states": dict(BATCH_STATES),
    "keepings": dict(KEEPINGS),
    "line_states": dict(LINE_STATES),
    "machine_kinds": dict(MACHINE_KINDS),
    "message_classes": dict(MESSAGE_CLASSES),
    "next_steps": dict(NEXT_STEPS),
    "obstacles": dict(OBSTACLES),
    "pack_states": dict(PACK_STATES),
    "plan_states": dict(PLAN_STATES),
    "power_states": dict(POWER_STATES),
    "queues": dict(QUEUES),
    "recall_reasons": dict(RECALL_REASONS),
    "roles": dict(ROLES),
    "schedule_reasons": dict(SCHEDULE_REASONS),
    "visit_states": dict(VISIT_STATES),
    "scopes": dict(SCOPES),
    "skips": dict(SKIPS),
    "staff_relations": dict(STAFF_RELATIONS),
    "told_states": dict(TOLD_STATES),
    "wall_tries": dict(WALL_TRIES),
}
_DAY_DETAILS = frozenset({"as_of", "newest", "oldest"})
# A hyphen after which no line ends: a browser breaks 12-07 like any word.
UNBROKEN = "-\u2060"
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Departments are marked by one sign in the narrowest places; the word stands beside it or in its title.
DEPARTMENT_MARKS = {
    "collections": ("催", "C"),
    "service": ("客", "S"),
    "mediation": ("调", "M"),
    "legal": ("法", "L"),
    "compliance": ("规", "R"),
    "operations": ("运", "O"),
    "management": ("管", "B"),
    "system": ("系", "·"),
    "customer": ("户", "K"),
}


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


@register.filter
def term(code: str, name: str) -> str:
    """Return the name of a code in a list (``statuses``, ``outcomes`` …); a code the list lacks stays as it is."""
    if name == "visit_outcomes":
        return codes.outcome_of_visit(code)
    if name not in LISTS:
        return codes.name_of(name, code)
    found = LISTS[name].get(code)
    return found.text(get_language() or "zh") if found else code


@register.filter
def short_stage(code: str) -> str:
    """Return the name of a stage without its days, where there is no room for them: ``M2``."""
    name = term(code, "stages")
    return name.replace("（", " ").replace("(", " ").split(" ")[0] if code.startswith("m") else name


@register.filter
def told_name(code: str) -> str:
    """Return the name of an amount as it was told to a customer: overdue, minimum due, promised …"""
    names = {
        "overdue": _("overdue"),
        "minimum_due": _("minimum due"),
        "billed": _("billed"),
        "payoff": _("payoff"),
        "unbilled": _("unbilled"),
        "promised": _("promised"),
        "instalment": _("instalment"),
    }
    return names.get(code, code)


@register.filter
def yuan(fen: int) -> str:
    """Return an amount in fen as yuan, in full with two decimals: ``3,913.00``."""
    return money.yuan_text(fen)


@register.filter
def counted(number: int | None) -> str:
    """Return a number of things with its thousands set apart: ``1,750``."""
    return "" if number is None else f"{number:,}"


@register.filter
def counted_to(number: int) -> str:
    """Return the size of a queue: ``140``, and ``1,000+`` where counting ended."""
    return f"{number:,}+" if number >= MOST_COUNTED else f"{number:,}"


@register.filter
def in_one_line(text: str) -> str:
    """Return a text of several lines as one, its lines set apart: a row of a table has no room for more."""
    return " · ".join(line.strip() for line in text.splitlines() if line.strip())


@register.filter
def details(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the details of an alert or of a refused file as people read them: name and value, without the empty."""
    return [(term(name, "details"), _detail(name, value)) for name, value in found.items() if value not in ("", None)]


def _detail(name: str, value: Any) -> str:
    if name in DETAIL_VALUES:
        return value_text(name, value, get_language() or "zh")
    if name in _DAY_DETAILS:
        return day(date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return counted(value) if isinstance(value, int) else str(value)


@register.filter
def day(value: date | datetime | None, form: str = "") -> str:
    """Return a date with its weekday: ``11-21（周六）`` or ``Sat 21 Nov``; another year's date carries its year.

    ``short`` leaves the weekday out; ``near`` says today, yesterday or tomorrow where that is so.
    """
    if value is None:
        return ""
    today = timezone.localtime(clock.now()).date()
    on = timezone.localtime(value).date() if isinstance(value, datetime) else value
    near = _near(on, today) if form == "near" else ""
    plain = _plain(on, today)
    if form == "short":
        return plain
    if _chinese():
        weekday = f"周{WEEKDAYS_ZH[on.weekday()]}"
        return f"{near} {plain}（{weekday}）" if near else f"{plain}（{weekday}）"
    weekday = WEEKDAYS_EN[on.weekday()]
    return f"{near}, {weekday} {plain}" if near else f"{weekday} {plain}"


def _plain(on: date, today: date) -> str:
    if _chinese():
        return (f"{on:%m-%d}" if on.year == today.year else f"{on:%Y-%m-%d}").replace("-", UNBROKEN)
    text = f"{on.day} {MONTHS_EN[on.month - 1]}"
    return text if on.year == today.year else f"{text} {on.year}"


def _near(on: date, today: date) -> str:
    if on == today:
        return _("today")
    if on == today - timedelta(days=1):
        return _("yesterday")
    if on == today + timedelta(days=1):
        return _("tomorrow")
    return ""


@register.filter
def time_left(until: datetime, now: datetime) -> str:
    """Return the time from now until an instant in its two largest units: ``2 hours 50 minutes``."""
    # Django sets the two apart as members of a list; in Chinese that reads as two times.
    return timeuntil(until, now).replace(_(", "), " ")


@register.filter
def clock_time(value: datetime | None) -> str:
    """Return the local time of day of an instant: ``14:32``."""
    return f"{timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Return an instant as near day and time: ``今天 14:32``. Midnight is 24:00 of the day that ends."""
    if value is None:
        return ""
    today = timezone.localtime(clock.now()).date()
    local = timezone.localtime(value)
    on, at = local.date(), f"{local:%H:%M}"
    if at == "00:00":
        on, at = on - timedelta(days=1), "24:00"
    return f"{_near(on, today) or _plain(on, today)} {at}"


@register.filter
def deadline(value: date | None) -> str:
    """Return the end of a day as people say it: ``11-21（周六）24:00 前``, ``by the end of Sat 21 Nov``."""
    if value is None:
        return ""
    return _("by the end of %(day)s") % {"day": day(value, "near")}


@register.filter
def ago(value: datetime | None) -> str:
    """Return how long ago an instant was, in the largest unit that fits."""
    if value is None:
        return ""
    seconds = max(int((clock.now() - value).total_seconds()), 0)
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return _("%(count)s min ago") % {"count": seconds // 60}
    if seconds < 86400:
        return _("%(count)s h ago") % {"count": seconds // 3600}
    return _("%(count)s d ago") % {"count": seconds // 86400}


@register.filter
def due_fen(line: Instalment) -> int:
    """Return what an instalment of a schedule asks for, principal and interest, in fen."""
    return line.principal_fen + line.interest_fen


@register.filter
def masked_phone(number: str) -> str:
    """Return a phone number with its middle hidden."""
    return masking.phone(number)


@register.filter
def masked_id(number: str) -> str:
    """Return an ID number with only its ends shown."""
    return masking.id_number(number)


@register.filter
def dept_mark(department: str) -> str:
    """Return the one sign that marks a department."""
    chinese, english = DEPARTMENT_MARKS.get(department, ("·", "·"))
    return chinese if _chinese() else english


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Return the value of a key, or an empty text."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def may(staff: Staff, action: str) -> bool:
    """Return whether a person's role allows an action such as ``promise.redate``."""
    return staff.may(action)


@register.filter
def issued_reference(reference: str) -> str:
    """Return the reference of an issued document in groups of four, as it is printed and read out."""
    return in_groups(reference)
