"""Taking a complaint in, working on it, and what goes with it: authority, recusal, delivery, evidence."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.complaints import COMPLAINT_DOCUMENTS, MOVES, STEPS, ComplaintStep
from collections_app.models import Complaint, ComplaintDocument, PowerOfAttorney, Recusal
from collections_app.selectors import codes, records
from collections_app.services import approvals, clock
from collections_app.services.complaints import documents, intake, letters, powers, recusals, steps
from collections_app.services.evidence import packs
from collections_app.views.paging import page_of
from desk.forms.base import RecordForm
from desk.forms.complaint import ComplaintForm, DeliverForm, PackForm, PowerForm, ReasonForm, ReturnForm, StepForm
from desk.selectors import complaints, filling
from desk.views.writes.approval import AskView
from desk.views.writes.base import WriteView

_JUDGES = frozenset({ComplaintStep.ANSWER, ComplaintStep.ANSWER_REVIEW})


class TakeView(AskView):
    """The one screen on which a complaint is taken in."""

    action = "complaint.take"
    title = _("Take a complaint in")
    button = _("Take it in")
    form_class = ComplaintForm
    template = "desk/complaints/take.html"

    def form(self, data: Any = None) -> RecordForm:
        """Return the form, filled with what is known."""
        people, agencies = filling.concerned(self.customer, now=clock.now())
        files = self.request.FILES if data is not None else None
        return ComplaintForm(
            data,
            files,
            customer=self.customer,
            people=people,
            agencies=agencies,
            initial={"seen_version": self.customer.version, **(self.initial() if data is None else {})},
        )

    def initial(self) -> dict[str, Any]:
        """Begin with the call just now, or with what a call or the customer has passed on."""
        known = filling.Known(self.customer, self.staff, clock.now())
        first: dict[str, Any] = {"received_at": known.now, "level": "ordinary"}
        if known.call is not None:
            first |= {"source": "hotline", "text": known.words}
            first["received_at"] = known.call.started_at
        if (handoff := known.passed_on) is not None:
            customer_page = handoff.from_department == "customer"
            first |= {"handoff": handoff.pk, "text": handoff.text, "received_at": handoff.opened_at}
            first["source"] = "app_web" if customer_page else "hotline"
            first["account"] = str(handoff.account_id or "")
        return first

    def extra(self) -> dict[str, Any]:
        """Say which open complaints another one of the same cause and account joins."""
        rows = Complaint.objects.filter(customer=self.customer, state__in=sorted(intake.JOINS)).order_by("id")
        passed_on = filling.Known(self.customer, self.staff, clock.now()).passed_on
        papers = list(passed_on.papers.all()) if passed_on is not None else []
        return {"open_complaints": list(rows.select_related("account")), "papers": papers}

    def write(self, form: Any) -> str | None:
        """Take it in; whoever is recused by it goes back to their list."""
        values = form.cleaned_data
        complaint = intake.take(
            customer_id=self.customer.id,
            given=form.given(),
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
            papers=[values["document"]] if values["document"] else [],
            power_paper=values["rep_paper"] or None,
        )
        return self._target(complaint.pk)

    def written(self) -> str | None:
        """Return where the first sending went, for whom the record is still there."""
        return (
            None
            if records.scoped(self.staff, now=clock.now()).filter(id=self.customer.id).exists()
            else reverse("desk:worklist")
        )

    def _target(self, complaint_id: int) -> str:
        if not records.scoped(self.staff, now=clock.now()).filter(id=self.customer.id).exists():
            return reverse("desk:worklist")
        return reverse("desk:complaint", args=[self.customer.customer_no, complaint_id])


class OfComplaintView(WriteView):
    """A form about one complaint of the record."""

    action = "complaint.handle"
    complaint: Complaint

    def open_row(self) -> None:
        """Load the complaint of the address."""
        self.complaint = get_object_or_404(Complaint, id=self.kwargs["complaint_id"], customer=self.customer)

    def extra(self) -> dict[str, Any]:
        """Name the complaint and what is demanded."""
        about = f"{self.complaint.pk} · {codes.name_of('complaint_causes', self.complaint.cause)}"
        return {"about": about, "about_text": self.complaint.demand}

    def written(self) -> str | None:
        """Return the complaint's page."""
        return reverse("desk:complaint", args=[self.customer.customer_no, self.complaint.pk])


class StepView(OfComplaintView):
    """One step with a complaint."""

    button = _("Save")
    form_class = StepForm
    step: ComplaintStep

    def open_row(self) -> None:
        """Load the complaint and the step of the address."""
        super().open_row()
        if self.kwargs["step"] not in set(ComplaintStep):
            raise Http404
        self.step = ComplaintStep(self.kwargs["step"])

    @property
    def title(self) -> str:  # type: ignore[override]  # it is named by the step
        """The name of the step."""
        return STEPS[self.step].text(get_language() or "zh-hans")

    def form(self, data: Any = None) -> RecordForm:
        """Return the form with what this step asks."""
        return StepForm(
            data,
            customer=self.customer,
            judges=self.step in _JUDGES,
            written=MOVES[self.step].written,
            needs_words=self.step is not ComplaintStep.INVESTIGATE,
            initial={"seen_version": self.customer.version},
        )

    def write(self, form: Any) -> str | None:
        """Take the step."""
        values = form.cleaned_data
        steps.move(
            complaint_id=self.complaint.pk,
            step=self.step.value,
            text=values["text"],
            finding=values.get("finding", ""),
            way=values.get("way", ""),
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return self.written()


class ExtendView(OfComplaintView):
    """Asking somebody else for more time to answer a complaint."""

    title = _("Ask for more time")
    button = _("Ask for approval")
    form_class = ReasonForm

    def write(self, form: Any) -> str | None:
        """Ask for the next extension."""
        approvals.ask(
            kind="complaint_extension",
            subject=f"complaint:{self.complaint.pk}:{self.complaint.extensions + 1}",
            reason=form.cleaned_data["reason"],
            customer_id=self.customer.id,
            account_id=self.complaint.account_id,
            seen_version=form.cleaned_data["seen_version"],
            actor=self.actor,
            now=clock.now(),
        )
        return self.written()


class DeliverView(OfComplaintView):
    """Recording how a letter that has been written goes to the complainant."""

    title = _("Deliver the letter")
    button = _("Save")
    form_class = DeliverForm
    document: ComplaintDocument

    def open_row(self) -> None:
        """Load the letter of the address."""
        super().open_row()
        self.document = get_object_or_404(
            ComplaintDocument, id=self.kwargs["document_id"], complaint=self.complaint, way=""
        )

    def extra(self) -> dict[str, Any]:
        """Name the letter and show its words."""
        name = COMPLAINT_DOCUMENTS[self.document.kind].text(get_language() or "zh-hans")
        return {"about": name, "about_text": self.document.text}

    def write(self, form: Any) -> str | None:
        """Record the way."""
        documents.deliver(
            document_id=self.document.pk,
            way=form.cleaned_data["way"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return self.written()


class ReturnView(OfComplaintView):
    """Writing down that a letter came back: a copy waits to be delivered by another way."""

    title = _("The letter came back")
    button = _("Write it down")
    form_class = ReturnForm
    document: ComplaintDocument

    def open_row(self) -> None:
        """Load the letter of the address."""
        super().open_row()
        rows = ComplaintDocument.objects.exclude(way="")
        self.document = get_object_or_404(rows, id=self.kwargs["document_id"], complaint=self.complaint)

    def extra(self) -> dict[str, Any]:
        """Name the letter and show its words."""
        name = COMPLAINT_DOCUMENTS[self.document.kind].text(get_language() or "zh-hans")
        return {"about": name, "about_text": self.document.text}

    def write(self, form: Any) -> str | None:
        """Write it down."""
        letters.came_back(
            document_id=self.document.pk,
            why=form.cleaned_data["why"],
            returned_on=form.cleaned_data["returned_on"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return self.written()


class PowerView(WriteView):
    """Checking whether somebody may speak for the customer."""

    action = "power.check"
    title = _("Check the power of attorney")
    button = _("Save")
    form_class = PowerForm
    power: PowerOfAttorney

    def open_row(self) -> None:
        """Load the power of the address."""
        self.power = get_object_or_404(PowerOfAttorney, id=self.kwargs["power_id"], customer=self.customer)

    def extra(self) -> dict[str, Any]:
        """Name who, what for and until when."""
        handoff = self.power.handoff
        return {"about": self.power.name, "about_text": handoff.text, "papers": list(handoff.papers.all())}

    def write(self, form: Any) -> str | None:
        """Say whether it is proven."""
        powers.check(
            power_id=self.power.pk,
            result=form.cleaned_data["result"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class RecusalView(WriteView):
    """Letting somebody back to a record."""

    action = "recusal.end"
    title = _("End the recusal")
    button = _("End the recusal")
    form_class = ReasonForm
    recusal: Recusal

    def open_row(self) -> None:
        """Load the recusal of the address."""
        rows = Recusal.objects.select_related("staff", "agency")
        self.recusal = get_object_or_404(rows, id=self.kwargs["recusal_id"], customer=self.customer)

    def extra(self) -> dict[str, Any]:
        """Name whom."""
        who = self.recusal.staff.name if self.recusal.staff else str(self.recusal.agency)
        return {"about": who}

    def write(self, form: Any) -> str | None:
        """End it."""
        recusals.end(
            recusal_id=self.recusal.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None


class PackView(WriteView):
    """Asking for the evidence of a record."""

    action = "evidence.pack"
    title = _("Evidence pack")
    button = _("Make it")
    form_class = PackForm
    template = "desk/complaints/evidence.html"

    def initial(self) -> dict[str, Any]:
        """Begin with the complaint the address names, if any."""
        return {"complaint": self.request.GET.get("complaint", "")}

    def extra(self) -> dict[str, Any]:
        """Show the packs there are."""
        packs = complaints.packs(self.customer)
        return {"packs": page_of(self.request, packs if self.staff.may(self.action) else packs.none(), name="packs")}

    def written(self) -> str | None:
        """Return to the list of packs."""
        return reverse("desk:evidence", args=[self.customer.customer_no])

    def write(self, form: Any) -> str | None:
        """Ask for it; a worker makes it."""
        values = form.cleaned_data
        packs.ask(
            customer_id=self.customer.id,
            reason=values["reason"],
            since=values["since"],
            complaint_id=int(values["complaint"]) if values["complaint"] else None,
            actor=self.actor,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return self.written()
