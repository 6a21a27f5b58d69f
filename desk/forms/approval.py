"""Asking for a second person's decision, and deciding."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.approvals import VERDICTS
from desk.forms.base import RecordForm
from desk.forms.fields import text_input

DOCUMENT_BYTES = 10 << 20
DOCUMENT_KINDS = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}


class DecideForm(forms.Form):
    """Approve, return or reject, with words; carries the version of the record the decider saw, if there is one."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    verdict = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Remark"),
        widget=text_input(3),
        required=False,
        max_length=1000,
        help_text=_("Needed to return or reject."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdicts: Any = self.fields["verdict"]
        language = get_language() or "zh-hans"
        verdicts.choices = [(code, term.text(language)) for code, term in VERDICTS.items()]


class DocumentField(forms.FileField):
    """One document that goes with a request: PDF or a picture, at most 10 MB, and what its name says it is."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse other kinds, larger files, and content that is not what the name says."""
        file = super().clean(data, initial)
        if not file:
            return file
        kind = DOCUMENT_KINDS.get(str(file.name).rpartition(".")[2].lower())
        starts = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff"}
        head = file.read(8)
        file.seek(0)
        if kind is None or not head.startswith(starts[kind]):
            raise forms.ValidationError(_("Please choose a PDF, PNG or JPEG file."), code="kind")
        if file.size > DOCUMENT_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."), code="size")
        file.content_type = kind
        return file


class AskReleaseForm(RecordForm):
    """Why a hold should end before its time, for somebody else to decide."""

    reason = forms.CharField(label=_("Reason"), widget=text_input(3), max_length=1000)
    document = DocumentField(
        label=_("Evidence"), required=False, help_text=_("PDF, PNG or JPEG, at most 10 MB."), widget=forms.FileInput
    )
