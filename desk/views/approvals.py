"""The approval inbox: what waits for one's decision, what one has asked for, and what was decided."""

from typing import Any, ClassVar

from django.core.files.storage import storages
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from collections_app.domain.approvals import ApprovalState
from collections_app.models import Approval, ApprovalEvidence, Staff
from collections_app.selectors import approvals as selector
from collections_app.selectors import records as record_selector
from collections_app.services import approvals, clock, form_keys, refusal_texts
from collections_app.services.approval_kinds.base import kinds
from collections_app.services.errors import (
    AlreadyWrittenError,
    KeyReusedError,
    NotAllowedError,
    RefusedError,
    StaleWriteError,
)
from collections_app.views.once import say_saved, sending_of
from collections_app.views.paging import page_of
from desk.forms.approval import DecideForm
from desk.views.shell import waiting_approvals
from desk.views.writes.base import StaffView


def decidable(staff: Any) -> list[str]:
    """Return the kinds of approval a person's role decides."""
    return [code for code, kind in kinds().items() if staff.may(kind.decide_action)]


class InboxView(StaffView):
    """Three lists of requests."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what waits first; only the lists when they are fetched anew."""
        mine, now = decidable(self.staff), clock.now()
        context = {
            "may_decide": bool(mine),
            "waiting": self.page("waiting", selector.waiting(self.staff, kinds=mine, now=now)) if mine else [],
            "asked": self.page("asked", selector.asked(self.staff)),
            "decided": self.page("decided", selector.decided(self.staff, kinds=mine, now=now)) if mine else [],
            "now": now,
        }
        part = "#lists" if request.headers.get("HX-Request") == "true" else ""
        return render(request, f"desk/approvals/page.html{part}", context)

    def page(self, name: str, rows: QuerySet[Approval]) -> Page[Any]:
        """Return the page of a list that the address names, each request as the list shows it."""
        page = page_of(self.request, rows, name=name)
        page.object_list = [_shown(row) for row in page.object_list]
        return page


class BadgeView(StaffView):
    """How much there is to look at, as the navigation shows it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the number alone."""
        return _badge(request, self.staff)


class ApprovalView(StaffView):
    """One request: what, who asks, why, what it costs, until when; and the decision."""

    approval: Approval
    writes_once: ClassVar[bool] = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load a request the person may see."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            row = selector.visible(self.staff, now=clock.now()).filter(id=kwargs["approval_id"]).first()
            if row is None or (row.asked_by_id != self.staff.id and row.kind not in decidable(self.staff)):
                raise Http404
            self.approval = row

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the request. Looking moves nothing: that an answer has been read is said by a form of its own."""
        if request.GET.get("part") == "news":
            return render(request, "desk/approvals/_news.html", _shown(self.approval) | self._news())
        return self.show(DecideForm(initial={"seen_version": self._version()}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide, or take back one's own request; say why when it is refused, and keep what was typed."""
        if "read" in request.POST:
            return self.read()
        sending = sending_of(request, self.staff)
        form = DecideForm(request.POST)
        try:
            if self.approval.customer_id:
                form_keys.check(form=sending, customer_id=self.approval.customer_id)
            with form_keys.sending(sending):
                written = self.write(request, form)
        except AlreadyWrittenError:
            written = True
        except StaleWriteError as stale:
            data = request.POST.copy()
            data["seen_version"] = str(stale.current_version)
            return self.show(DecideForm(data), status=409, changes=stale.changes)
        except KeyReusedError as error:
            data = request.POST.copy()
            data["form_key"] = form_keys.new_key()
            return self.show(DecideForm(data), status=409, refusal=refusal_texts.refusal_text(error))
        except NotAllowedError as error:
            return self.show(form, status=403, refusal=refusal_texts.refusal_text(error))
        except RefusedError as error:
            if self.is_own_word(request, error):
                return HttpResponseRedirect(reverse("desk:approvals"), status=303)
            return self.show(form, status=422, refusal=refusal_texts.refusal_text(error))
        if not written:
            return self.show(form, status=422)
        return say_saved(HttpResponseRedirect(reverse("desk:approvals"), status=303), sending)

    def read(self) -> HttpResponse:
        """Remember that who asked has read the answer; sending it twice is the same as once."""
        approvals.read_answer(approval_id=self.approval.id, actor=self.actor, now=clock.now())
        if getattr(self.request, "htmx", None):
            # The page may not hear the feed yet.
            return _badge(self.request, self.staff)
        return HttpResponseRedirect(reverse("desk:approval", args=[self.approval.id]), status=303)

    def write(self, request: HttpRequest, form: DecideForm) -> bool:
        """Decide or take back through one service call; return False when the form itself is wrong."""
        if "withdraw" in request.POST:
            approvals.withdraw(approval_id=self.approval.id, actor=self.actor, now=clock.now())
            return True
        if not form.is_valid():
            return False
        approvals.decide(
            approval_id=self.approval.id,
            verdict=form.cleaned_data["verdict"],
            answer=form.cleaned_data["answer"],
            # A decision about a record without the version that was seen would be a blind write.
            seen_version=form.cleaned_data["seen_version"] or (0 if self.approval.customer_id else None),
            actor=self.actor,
            now=clock.now(),
        )
        return True

    def is_own_word(self, request: HttpRequest, error: RefusedError) -> bool:
        """Return whether a request about no record was settled by this very form, sent before."""
        if error.code != "approval_decided_already" or self.approval.customer_id:
            return False
        self.approval.refresh_from_db()
        said = "withdrawn" if "withdraw" in request.POST else request.POST.get("verdict")
        by = self.approval.asked_by_id if said == "withdrawn" else self.approval.decided_by_id
        return self.approval.state == said and by == self.staff.id

    def within_authority(self) -> bool:
        """Return whether what is asked for is within this person's own authority."""
        of = kinds()[self.approval.kind]
        return of.within_authority(approval=self.approval, staff=self.staff, now=clock.now())

    def _version(self) -> int | None:
        return self.approval.customer.version if self.approval.customer else None

    def _kept_apart(self) -> dict[str, Any]:
        """The words of the answer are for both sides of it alone, where they may name what others must not read."""
        approval = self.approval
        theirs = self.staff.id in {approval.asked_by_id, approval.decided_by_id}
        return {} if theirs or kinds()[approval.kind].words_on_record else {"answer": ""}

    def _news(self) -> dict[str, Any]:
        """Whether somebody else's answer, or the end of time, has overtaken the page that was opened."""
        approval = self.approval
        return {"settled": approval.state != ApprovalState.PENDING, "own": approval.asked_by_id == self.staff.id}

    def _way_on(self) -> dict[str, Any]:
        """Where who asked goes from the answer: the call that was approved, or the form again with what was typed."""
        approval, customer = self.approval, self.approval.customer
        if customer is None or approval.asked_by_id != self.staff.id:
            return {}
        number = customer.customer_no
        if approval.kind == "promise_terms" and approval.state in {ApprovalState.RETURNED, ApprovalState.EXPIRED}:
            return {"again_url": f"{reverse('desk:promise', args=[number])}?again={approval.id}"}
        usable = approval.state == ApprovalState.APPROVED and approval.used_at is None
        is_call = approval.kind == "statutory_contact" and approval.payload["channel"] == "voice"
        if is_call and usable and approval.expires_at > clock.now():
            return {"call_url": f"{reverse('desk:call_start', args=[number])}?approval={approval.id}"}
        return {}

    def show(self, form: DecideForm, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page."""
        approval = self.approval
        approval.refresh_from_db()
        waits = approval.state == ApprovalState.PENDING and approval.expires_at > clock.now()
        own = approval.asked_by_id == self.staff.id
        decides = waits and not own and approval.kind in decidable(self.staff)
        within = decides and self.within_authority()
        values = {
            **_shown(approval),
            **self._kept_apart(),
            "lines": kinds()[approval.kind].describe_to(approval, self.staff),
            "evidence": list(approval.evidence.order_by("id")),
            "needs_purpose": record_selector.needs_purpose(self.staff),
            "form": form,
            "may_decide": within,
            "above_authority": decides and not within,
            **self._news(),
            **self._way_on(),
            "may_withdraw": waits and own,
            "is_news": own and selector.unread(self.staff).filter(id=approval.id).exists(),
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
        approval = selector.visible(self.staff, now=clock.now()).filter(id=approval_id).first()
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


def _badge(request: HttpRequest, staff: Staff) -> HttpResponse:
    context = {"count": waiting_approvals(staff), "url": reverse("desk:approvals_badge"), "id": "approvals-badge"}
    return render(request, "desk/_badge.html", context)


def _shown(approval: Approval) -> dict[str, Any]:
    kind = kinds()[approval.kind]
    answer = approval.answer
    if approval.state == ApprovalState.OVERTAKEN:
        answer = refusal_texts.refusal_text(RefusedError(answer))
    return {"approval": approval, "kind_name": kind.term.text(get_language() or "zh-hans"), "answer": answer}
