"""Experiments with messages: the list, one with its evidence, and the buttons that a person presses."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from collections_app.models import Staff
from collections_app.services import clock, records, refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError
from notifications.forms.experiment import ExperimentForm
from notifications.models import Experiment
from notifications.selectors.targeting import experiments as selectors
from notifications.services.targeting import experiments
from notifications.views.guard import staff_of


def _reader(request: HttpRequest) -> Staff:
    """Return who is signed in, or refuse who has no part in experiments."""
    staff = staff_of(request)
    if not experiments.may_read(staff):
        raise PermissionDenied
    return staff


@login_required
@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """List the experiments; write a new one down."""
    staff, now = _reader(request), clock.now()
    form, refusal, status = ExperimentForm(request.POST or None), "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                written = experiments.write(**form.chosen(), actor=records.Actor.of(staff), now=now)
                return redirect("notifications:experiment", experiment_id=written.pk)
            except RefusedError as error:
                refusal = refusal_texts.refusal_text(error)
                status = 403 if isinstance(error, NotAllowedError) else 422
    context = {
        "experiments": selectors.listed(),
        "nights": selectors.nights(now=now),
        "form": form,
        "refusal": refusal,
        "may_propose": staff.may(experiments.PROPOSE),
    }
    return render(request, "notifications/targeting/list.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, experiment_id: int) -> HttpResponse:
    """Show an experiment with its evidence; stop it, or ask for what a second person decides."""
    staff, now = _reader(request), clock.now()
    experiment = selectors.one(experiment_id)
    if experiment is None:
        raise Http404
    refusal, status = "", 200
    if request.method == "POST":
        try:
            return _act(request, experiment, staff, now)
        except RefusedError as error:
            refusal = refusal_texts.refusal_text(error)
            status = 403 if isinstance(error, NotAllowedError) else 422
    snapshot = selectors.last_snapshot(experiment)
    context = {
        "experiment": experiment,
        "arms": selectors.arms(experiment),
        "snapshot": snapshot,
        "report": snapshot.report if snapshot else None,
        "nights": selectors.nights(now=now),
        "refusal": refusal,
        "may_propose": staff.may(experiments.PROPOSE),
        "may_stop": staff.may(experiments.STOP),
    }
    return render(request, "notifications/targeting/one.html", context, status=status)


def _act(request: HttpRequest, experiment: Experiment, staff: Staff, now: datetime) -> HttpResponse:
    actor, reason = records.Actor.of(staff), request.POST.get("reason", "")
    act = request.POST.get("act", "")
    if act == "stop":
        experiments.stop(experiment_id=experiment.pk, actor=actor, now=now)
        return redirect("notifications:experiment", experiment_id=experiment.pk)
    if act == "start":
        experiments.ask_start(experiment_id=experiment.pk, reason=reason, actor=actor, now=now)
    elif act == "champion":
        experiments.ask_champion(experiment_id=experiment.pk, reason=reason, actor=actor, now=now)
    else:
        raise Http404
    return redirect("desk:approvals")
