"""The forms on which customers agree the date of their talks."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collections_app.templatetags.terms import day
from mediation.models import SlotOffer


class PickForm(forms.Form):
    """One of the hours offered."""

    slot = forms.TypedChoiceField(
        label=_("When can you come?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the dates."), "invalid_choice": _("Choose one of the dates.")},
    )

    def __init__(self, *args: Any, offers: Sequence[SlotOffer], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["slot"]
        assert isinstance(field, forms.TypedChoiceField)
        # One address stands once, above; several stand each with its hour.
        places = {offer.room.place_id for offer in offers if offer.room}
        field.choices = [(offer.pk, _words(offer, ZoneInfo(zone), where=len(places) > 1)) for offer in offers]


class SeenForm(forms.Form):
    """A button, and the version of the record that its page showed."""

    seen_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class MoveForm(SeenForm):
    """Give back the date of one session."""

    session = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DeclineForm(SeenForm):
    """End the talks; the box is what makes it no slip of a finger."""

    sure = forms.BooleanField(
        label=_("Yes, I do not want these talks"),
        error_messages={"required": _("Tick the box if you do not want the talks. Nothing has changed.")},
    )


def _words(offer: SlotOffer, zone: ZoneInfo, *, where: bool) -> str:
    starts, ends = timezone.localtime(offer.starts_at, zone), timezone.localtime(offer.ends_at, zone)
    with timezone.override(zone):
        words = f"{day(starts)} {starts:%H:%M}–{ends:%H:%M}"
    return f"{words} · {offer.room.place.address}" if where and offer.room else words
