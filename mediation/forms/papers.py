"""Papers filed with a position, told by their content, never by their name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.papers import HEAD_BYTES, MOST_BYTES, MOST_PAPERS, kind_of


class PapersInput(forms.ClearableFileInput):
    """A plain file input that takes several files."""

    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Some papers; gives a list. At most ``most``, and ``most_bytes`` together where that is given."""

    def __init__(self, *, most: int = MOST_PAPERS, most_bytes: int | None = None, **kwargs: Any) -> None:
        self._most, self._most_bytes = most, most_bytes
        kwargs.setdefault("required", False)
        kwargs.setdefault(
            "help_text", _("PDF or photographs (JPEG, PNG, HEIC), at most 10 MB each. They are kept locked away.")
        )
        super().__init__(widget=PapersInput({"accept": ".pdf,.jpg,.jpeg,.png,.heic"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files. Refuse too many, other kinds, empty and large ones, each in words."""
        given = [item for item in (data if isinstance(data, list) else [data]) if item]
        if len(given) > self._most:
            raise forms.ValidationError(_("Please choose at most %(most)s files."), params={"most": self._most})
        files = [super(PapersField, self).clean(item, initial) for item in given]
        if self._most_bytes is not None and sum(file.size for file in files) > self._most_bytes:
            raise forms.ValidationError(
                _("The files together are larger than %(mebibytes)s MB."),
                params={"mebibytes": self._most_bytes >> 20},
            )
        for file in files:
            if file.size > MOST_BYTES:
                raise forms.ValidationError(_("“%(name)s” is larger than 10 MB."), params={"name": file.name})
            file.seek(0)
            kind = kind_of(file.read(HEAD_BYTES))
            file.seek(0)
            if kind is None:
                raise forms.ValidationError(
                    _("“%(name)s” is neither a PDF nor a photograph."), params={"name": file.name}
                )
        return files
