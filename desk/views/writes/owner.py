"""Giving one record's accounts to somebody."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from collections_app.services import clock
from collections_app.services.ownership import assigning
from desk.forms.ownership import OwnerForm
from desk.views.writes.base import WriteView


class OwnerView(WriteView):
    """Whose the accounts are from now on."""

    action = assigning.ACTION
    title = _("Assign")
    button = _("Assign")
    form_class = OwnerForm

    def form(self, data: Any = None) -> OwnerForm:
        """Return the form with the colleagues of the person's reach."""
        initial = {"seen_version": self.customer.version}
        return OwnerForm(data, customer=self.customer, staff=self.staff, initial=initial)

    def extra(self) -> dict[str, Any]:
        """Name who has it now."""
        owner = self.customer.owner
        return {"about": _("Now with %(name)s") % {"name": owner.name} if owner else _("Nobody's: in the pool")}

    def write(self, form: Any) -> str | None:
        """Give them."""
        values = form.cleaned_data
        assigning.assign(
            customer_id=self.customer.id,
            account_ids=[int(number) for number in values["accounts_chosen"]],
            to_staff_id=int(values["to"]) if values["to"] else None,
            pool=values["pool"],
            reason=values["reason"],
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return None
