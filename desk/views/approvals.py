"""The approval inbox: what waits for one's decision, what one has asked for, and what was decided."""

from typing import Any

from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy

from collections_app.domain.approvals import ApprovalState
from collections_app.domain.events import EVENT_KINDS
from collections_app.models import Approval, ApprovalEvidence
from collections_app.selectors import approvals as selector
from collections_app.selectors import records as record_selector
from collections_app.services import approvals, clock, refusal_texts
from collections_app.services.approval_kinds.base import kinds
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from desk.forms.approval import AskReleaseForm, DecideForm
from desk.views.writes.base import StaffView, WriteView


def decidable(staff: Any) -> list[str]:
    """Return the kinds of approval a person's role decides."""
    return [code for code, kind in kinds().items() if staff.may(kind.decide_action)]


class InboxView(StaffView):
    """Three lists of requests."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what waits first."""
        mine = decidable(self.staff)
        context = {
            "may_decide": bool(mine),
            "waiting": [_shown(row) for row in selector.waiting(self.staff, kinds=mine)],
            "asked": [_shown(row) for row in selector.asked(self.staff)],
            "decided": [_shown(row) for row in selector.decided(self.staff, kinds=mine)] if mine else [],
            "now": clock.now(),
        }
        return render(request, "desk/approvals/page.html", context)


class ApprovalView(StaffView):
    """One request: what, who asks, why, what it costs, until when; and the decision."""

    approval: Approval

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load a request the person may see."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            row = selector.visible(self.staff).filter(id=kwargs["approval_id"]).first()
            if row is None or (row.asked_by_id != self.staff.id and row.kind not in decidable(self.staff)):
                raise Http404
            self.approval = row

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the request."""
        return self.show(DecideForm(initial={"seen_version": self._version()}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide, or take back one's own request; say why when it is refused, and keep what was typed."""
        form = DecideForm(request.POST)
        try:
            if "withdraw" in request.POST:
                approvals.withdraw(approval_id=self.approval.id, actor=self.actor, now=clock.now())
            elif not form.is_valid():
                return self.show(form, status=422)
            else:
                approvals.decide(
                    approval_id=self.approval.id,
                    verdict=form.cleaned_data["verdict"],
                    answer=form.cleaned_data["answer"],
                    # A decision about a record without the version that was seen would be a blind write.
                    seen_version=form.cleaned_data["seen_version"] or (0 if self.approval.customer_id else None),
                    actor=self.actor,
                    now=clock.now(),
                )
        except StaleWriteError as stale:
            data = request.POST.copy()
            data["seen_version"] = str(stale.current_version)
            return self.show(DecideForm(data), status=409, changes=_changes(stale))
        except NotAllowedError as error:
            return self.show(form, status=403, refusal=refusal_texts.refusal_text(error))
        except RefusedError as error:
            return self.show(form, status=422, refusal=refusal_texts.refusal_text(error))
        return HttpResponseRedirect(reverse("desk:approvals"), status=303)

    def _version(self) -> int | None:
        return self.approval.customer.version if self.approval.customer else None

    def show(self, form: DecideForm, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page."""
        approval = self.approval
        approval.refresh_from_db()
        waits = approval.state == ApprovalState.PENDING and approval.expires_at > clock.now()
        own = approval.asked_by_id == self.staff.id
        values = {
            **_shown(approval),
            "lines": kinds()[approval.kind].describe(approval),
            "evidence": list(approval.evidence.order_by("id")),
            "needs_purpose": record_selector.needs_purpose(self.staff),
            "form": form,
            "may_decide": waits and not own and approval.kind in decidable(self.staff),
            "may_withdraw": waits and own,
            "changes": [],
            "refusal": "",
            "now": clock.now(),
            **context,
        }
        return render(self.request, "desk/approvals/detail.html", values, status=status)


class EvidenceView(StaffView):
    """A document that goes with a request, for those who may see the request."""

    def get(self, request: HttpRequest, approval_id: int, evidence_id: int) -> HttpResponse:
        """Send the document; it is never kept by the browser."""
        approval = selector.visible(self.staff).filter(id=approval_id).first()
        if approval is None or (approval.asked_by_id != self.staff.id and approval.kind not in decidable(self.staff)):
            raise Http404
        document = ApprovalEvidence.objects.filter(id=evidence_id, approval=approval).first()
        if document is None:
            raise Http404
        with storages[approvals.SEALED_STORAGE].open(document.stored_as) as file:
            # At most ten mebibytes (desk/forms/approval.py).
            response = HttpResponse(file.read(), content_type=document.content_type)
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=document.name)
        response["Cache-Control"] = "no-store"
        return response


class AskReleaseView(WriteView):
    """Asking somebody else to end a hold before its time."""

    action = "hold.place"
    title = gettext_lazy("Ask for the hold to be released")
    button = gettext_lazy("Ask for approval")
    form_class = AskReleaseForm

    def form(self, data: Any = None) -> Any:
        """Return the form, with the document that was chosen."""
        initial = {"seen_version": self.customer.version}
        files = self.request.FILES if data is not None else None
        return self.form_class(data, files, customer=self.customer, initial=initial)

    def write(self, form: Any) -> str | None:
        """Ask for the release of a hold of this record."""
        document = form.cleaned_data["document"]
        approvals.ask(
            kind="hold_release",
            subject=f"hold:{self.kwargs['hold_id']}",
            reason=form.cleaned_data["reason"],
            customer_id=self.customer.id,
            seen_version=form.cleaned_data["seen_version"],
            documents=[document] if document else [],
            actor=self.actor,
            now=clock.now(),
        )
        return None


def _shown(approval: Approval) -> dict[str, Any]:
    kind = kinds()[approval.kind]
    return {"approval": approval, "kind_name": kind.term.text(get_language() or "zh-hans")}


def _changes(stale: StaleWriteError) -> list[dict[str, Any]]:
    language = get_language() or "zh-hans"
    return [
        {
            "what": EVENT_KINDS[event.kind].term.text(language),
            "who": event.actor.name if event.actor else "",
            "department": event.department,
            "at": event.at,
        }
        for event in stale.changes
    ]
