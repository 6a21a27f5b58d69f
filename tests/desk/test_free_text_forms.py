"""Every form in which staff write what they like refuses words that do not belong, whichever form it is."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

from django.forms import Textarea

import desk.forms
import mediation.forms
from collections_app.forms.keyed import KeyedForm
from collections_app.models import NoteWords
from collections_app.services import (
    calls,
    claims,
    corrections,
    handoffs,
    holds,
    note_words,
    notes,
    plan_endings,
    waivers,
)
from collections_app.services import plan_proposals as plans
from notifications.services import app_devices

# The service knows the kind of the text from what is chosen or from the record, and checks it there.
BY_SERVICE = {
    "NoteForm": notes,
    "HoldForm": holds,
    "HandOffForm": handoffs,
    "ClaimForm": claims,
    "CloseForm": calls,
    "CloseVisitForm": calls,
    "CallCorrectionForm": corrections,
    "VisitCorrectionForm": corrections,
    "PlanForm": plans,
    "AnnulForm": plan_endings,
    "WaiverForm": waivers,
    "PromiseCorrectionForm": corrections,
    "HoldCorrectionForm": corrections,
    "DeviceForm": app_devices,
}
# What the customer said is written down as they said it.
WORD_FOR_WORD = {"ComplaintForm"}
# What is said behind the wall of mediation reaches no record: there health and family may be what it is about.
BEHIND_THE_WALL = {"MeansForm", "OwnMeansForm", "ProposalForm", "WishForm"}


def _all(kind: type[KeyedForm]) -> Iterator[type[KeyedForm]]:
    for form in kind.__subclasses__():
        yield form
        yield from _all(form)


def _free(form: type[KeyedForm]) -> dict[str, Any]:
    fields: dict[str, Any] = form.base_fields
    return {name: field for name, field in fields.items() if isinstance(field.widget, Textarea)}


def _forms() -> dict[str, type[KeyedForm]]:
    for package in (desk.forms, mediation.forms):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    found = {form for form in _all(KeyedForm) if form.__module__.split(".")[0] in {"desk", "mediation"} and _free(form)}
    return {f"{form.__module__.rpartition('.')[2]}.{form.__name__}": form for form in found}


FORMS = _forms()


def test_a_form_with_free_text_refuses_what_does_not_belong(db: None) -> None:
    """Abuse is named beside each of its texts; if its service does that, it is one that is known to."""
    note_words.load()
    for name, form in FORMS.items():
        if form.__name__ in WORD_FOR_WORD:
            assert form.words_about == "complaint", name
        elif form.__name__ in BEHIND_THE_WALL:
            assert (form.__module__, form.words_about) == ("mediation.forms.table", ""), name
        elif not form.words_about:
            assert "note_words.check(" in inspect.getsource(BY_SERVICE[form.__name__]), name
        else:
            _is_told_of_abuse(form)


def _is_told_of_abuse(form: type[KeyedForm]) -> None:
    for text, word in (("客户是老赖", "老赖"), ("what a deadbeat", "deadbeat")):
        for field in _free(form):
            tried = type("Tried", (KeyedForm,), {field: form.base_fields[field], "words_about": form.words_about})
            assert word in str(tried({field: text}).errors[field]), (form, field)
            assert field not in tried({field: "客户称月底还款"}).errors, (form, field)


def test_what_a_kind_of_text_needs_is_a_row_of_the_lists(db: None) -> None:
    """A code that no list knows would let nothing pass that it should, and nobody would see why."""
    note_words.load()
    known = {code for row in NoteWords.objects.all() for code in row.needed_in}
    assert {form.words_about for form in FORMS.values()} <= known | {"", "note"}
    assert {form.__name__ for form in FORMS.values() if not form.words_about} == set(BY_SERVICE) | BEHIND_THE_WALL
