"""The parts of the administration, by what somebody comes to do, in the order the index shows them."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Section(StrEnum):
    PEOPLE = "people"
    RULES = "rules"
    MESSAGES = "messages"
    MEDIATION = "mediation"
    RUNNING = "running"
    EVIDENCE = "evidence"


NAMES: dict[Section, Promise] = {
    Section.PEOPLE: _("Units and people"),
    Section.RULES: _("Hours and limits"),
    Section.MESSAGES: _("Texts and sending"),
    Section.MEDIATION: _("Mediators and routes"),
    Section.RUNNING: _("Files and tasks"),
    Section.EVIDENCE: _("Evidence"),
}
