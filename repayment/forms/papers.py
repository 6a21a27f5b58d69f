"""Handing papers in: photographs, scans, PDF."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.papers import HEAD_BYTES, MOST_BYTES, MOST_PAPERS, kind_of

ACCEPTS = ".pdf,.jpg,.jpeg,.png,.heic"
_HELP = _("PDF or photographs (JPEG, PNG, HEIC), at most 10 MB each. They are kept locked away.")


class PapersInput(forms.ClearableFileInput):
    """A plain file input that takes several files."""

    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Some papers, or one; gives a list. What they are is told by their content, never by their name."""

    def __init__(self, *, several: bool = True, **kwargs: Any) -> None:
        self._most = MOST_PAPERS if several else 1
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _HELP)
        attrs = {"accept": ACCEPTS}
        super().__init__(widget=PapersInput(attrs) if several else forms.FileInput(attrs), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files. Refuse too many, other kinds, empty and large ones, each in words."""
        given = [item for item in (data if isinstance(data, list) else [data]) if item]
        if len(given) > self._most:
            raise forms.ValidationError(_("Please choose at most %(most)s files."), params={"most": self._most})
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        files = [super(PapersField, self).clean(item, initial) for item in given]
        for file in files:
            self._check(file)
        return files

    def _check(self, file: Any) -> None:
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("“%(name)s” is larger than 10 MB."), params={"name": file.name})
        file.seek(0)
        kind = kind_of(file.read(HEAD_BYTES))
        file.seek(0)
        if kind is None:
            raise forms.ValidationError(_("“%(name)s” is neither a PDF nor a photograph."), params={"name": file.name})
        file.content_type = kind.content_type


class MorePapersForm(forms.Form):
    """What a customer adds to a request of theirs."""

    papers = PapersField(label=_("Photographs or documents"))
    text = forms.CharField(
        label=_("Your words (not required)"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a form that adds nothing."""
        values = super().clean() or {}
        if not self.errors and not values.get("papers") and not values.get("text", "").strip():
            raise forms.ValidationError(_("Choose a file, or write a few words."))
        return values
