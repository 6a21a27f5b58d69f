"""Signing a customer's device out, for one that is lost or in the wrong hands."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.models import ContactPoint
from collections_app.services import clock
from desk.forms.way_in import DeviceForm
from desk.views.writes.base import WriteView
from notifications.services import app_devices


class RevokeDeviceView(WriteView):
    """Nothing is pushed to the device any more, and who is on the customer's page from the app is out."""

    action = app_devices.ACTION
    title = _("Sign the device out")
    button = _("Sign out")
    form_class = DeviceForm

    point: ContactPoint

    def open_row(self) -> None:
        """Load the device of the address."""
        rows = ContactPoint.objects.filter(customer=self.customer, kind=app_devices.KIND)
        self.point = get_object_or_404(rows, id=self.kwargs["point_id"])

    def extra(self) -> dict[str, Any]:
        """Name the device, and say what becomes of it."""
        return {
            "about": gettext("Device ····%(tail)s") % {"tail": self.point.value[-4:]},
            "about_text": _(
                "Nothing is pushed to it any more and the customer's page that the app has opened is closed, until "
                "the customer signs in to the app on it anew. The app itself is signed out by the bank's app team."
            ),
        }

    def write(self, form: Any) -> str | None:
        """Sign it out, and go back to the list."""
        app_devices.revoke(
            point_id=self.point.id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return self.written()

    def written(self) -> str | None:
        """Return the list of devices."""
        return reverse("desk:devices", args=[self.customer.customer_no])
