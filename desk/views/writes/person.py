"""People, numbers and the estate of a record."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from collections_app.domain import masking
from collections_app.domain.people import Standing
from collections_app.models import ContactPoint, Estate, RelatedPerson
from collections_app.services import clock, contact_points, people
from collections_app.templatetags.terms import term
from desk.forms.people import EndPersonForm, EstateForm, JudgeForm, PersonForm, PointForm
from desk.views.writes.base import WriteView


class PersonView(WriteView):
    """Somebody beside the customer."""

    action = "person.record"
    title = _("Related person")
    button = _("Record the person")
    form_class = PersonForm

    def initial(self) -> dict[str, Any]:
        """Begin with the role the address names."""
        return {"role": self.request.GET.get("role", ""), "relation": "unknown"}

    def write(self, form: Any) -> str | None:
        """Record them."""
        values = form.cleaned_data
        people.record(
            customer_id=self.customer.id,
            name=values["name"],
            relation=values["relation"],
            standing=Standing(values["role"], values["document"], values["until"], values["consent_on"]),
            provenance=values["provenance"],
            account_id=int(values["account"]) if values["account"] else None,
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None


class EndPersonView(WriteView):
    """The end of somebody's role."""

    action = "person.record"
    title = _("End the role")
    button = _("End the role")
    form_class = EndPersonForm

    person: RelatedPerson

    def open_row(self) -> None:
        """Load the person of the address."""
        rows = RelatedPerson.objects.filter(customer=self.customer)
        self.person = get_object_or_404(rows, id=self.kwargs["person_id"])

    def extra(self) -> dict[str, Any]:
        """Name the person and their role."""
        return {"about": f"{self.person.name} · {term(self.person.role, 'debt_roles')}"}

    def write(self, form: Any) -> str | None:
        """End it."""
        people.end(
            person_id=self.person.id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class PointView(WriteView):
    """A number or address that was given."""

    action = "contact.correct"
    title = _("Number or address")
    button = _("Add it")
    form_class = PointForm

    def write(self, form: Any) -> str | None:
        """Add it."""
        values = form.cleaned_data
        contact_points.add(
            customer_id=self.customer.id,
            kind=values["kind"],
            value=values["value"],
            provenance=values["provenance"],
            quality=values["quality"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
            **form.holder(),
        )
        return None


class JudgeView(WriteView):
    """What is known of a number now."""

    action = "contact.correct"
    title = _("Verify or restrict a number")
    button = _("Save")
    form_class = JudgeForm

    point: ContactPoint

    def open_row(self) -> None:
        """Load the number of the address."""
        rows = ContactPoint.objects.filter(customer=self.customer)
        self.point = get_object_or_404(rows, id=self.kwargs["point_id"])

    def initial(self) -> dict[str, Any]:
        """Begin with the hours on record."""
        return {"hours_from": self.point.hours_from, "hours_to": self.point.hours_to}

    def extra(self) -> dict[str, Any]:
        """Name the number, masked, and what is known of it."""
        point = self.point
        words = [
            term(point.relation, "relations"),
            term(point.kind, "contact_kinds"),
            masking.phone(point.value),
            term(point.quality, "qualities"),
            term(point.permission, "permissions"),
        ]
        return {"about": " · ".join(words)}

    def write(self, form: Any) -> str | None:
        """Save it."""
        values = form.cleaned_data
        contact_points.judge(
            contact_point_id=self.point.id,
            quality=values["quality"],
            permission=values["permission"],
            hours=form.hours(),
            evidence=values["evidence"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None


class EstateView(WriteView):
    """The estate of a customer who has died."""

    action = "estate.record"
    title = _("Death and estate")
    button = _("Save")
    form_class = EstateForm

    def initial(self) -> dict[str, Any]:
        """Begin with what is known."""
        estate = Estate.objects.filter(customer=self.customer, withdrawn_at__isnull=True).first()
        if estate is None:
            return {}
        names = ("died_on", "proof", "inventory_on", "inventory_source", "renounced")
        worth = estate.inventory_fen
        return {
            **{name: getattr(estate, name) for name in names},
            "inventory": f"{worth // 100}.{worth % 100:02}" if worth is not None else "",
            "contact": str(estate.contact_id or ""),
        }

    def extra(self) -> dict[str, Any]:
        """Say what heirs owe."""
        return {
            "about": _(
                "Collection stops. Heirs answer for debts only up to the estate, and not at all if they renounce it "
                "(Civil Code, article 1161): nobody is told to pay in the customer's place."
            )
        }

    def write(self, form: Any) -> str | None:
        """Save it."""
        people.record_estate(
            customer_id=self.customer.id,
            values=form.values(),
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None
