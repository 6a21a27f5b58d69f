"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from desk.views import approvals, find, gallery, handoffs, here, incidents, intake, live, record, signed_out, worklist
from desk.views.writes import approval, call, changed, claim, handoff, hold, line, note, promise, risk

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", worklist.worklist, name="worklist"),
    path("live/", live.live, name="live"),
    path("live/here/", here.here, name="here"),
    path("signed-out/", signed_out.signed_out, name="signed_out"),
    path("find/", find.find, name="find"),
    path("find/<str:customer_no>/", find.open_with_purpose, name="find_open"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("intake/", intake.IntakeView.as_view(), name="intake"),
    path("intake/<int:batch_id>/", intake.BatchView.as_view(), name="intake_batch"),
    path("intake/<int:batch_id>/progress/", intake.ProgressView.as_view(), name="intake_progress"),
    path("intake/<int:batch_id>/rejected.csv", intake.RejectsView.as_view(), name="intake_rejects"),
    path("c/<str:customer_no>/", record.record, name="record"),
    path("c/<str:customer_no>/part/<slug:name>/", record.part, name="record_part"),
    path("c/<str:customer_no>/number/<int:point_id>/", record.reveal, name="reveal"),
    path("c/<str:customer_no>/call/", call.CallStartView.as_view(), name="call_start"),
    path("c/<str:customer_no>/call/<int:conversation_id>/", call.CallView.as_view(), name="call"),
    path("c/<str:customer_no>/call/<int:conversation_id>/verify/", call.VerifyView.as_view(), name="call_verify"),
    path("c/<str:customer_no>/call/<int:conversation_id>/line/", line.LineView.as_view(), name="call_line"),
    path("c/<str:customer_no>/call/<int:conversation_id>/ask/", line.AskView.as_view(), name="call_ask"),
    path(
        "c/<str:customer_no>/call/<int:conversation_id>/take-over/", line.TakeOverView.as_view(), name="call_take_over"
    ),
    path("c/<str:customer_no>/changed/", changed.ChangedView.as_view(), name="changed"),
    path("approvals/", approvals.InboxView.as_view(), name="approvals"),
    path("approvals/badge/", approvals.BadgeView.as_view(), name="approvals_badge"),
    path("approvals/<int:approval_id>/", approvals.ApprovalView.as_view(), name="approval"),
    path(
        "approvals/<int:approval_id>/evidence/<int:evidence_id>/",
        approvals.EvidenceView.as_view(),
        name="approval_evidence",
    ),
    path("c/<str:customer_no>/hold/<int:hold_id>/ask/", approval.AskReleaseView.as_view(), name="hold_release_ask"),
    path("c/<str:customer_no>/contact/ask/", approval.AskContactView.as_view(), name="contact_ask"),
    path("incidents/", incidents.IncidentsView.as_view(), name="incidents"),
    path("incidents/banner/", incidents.BannerView.as_view(), name="incidents_banner"),
    path("incidents/sentences/", incidents.SentencesView.as_view(), name="sentences"),
    path("incidents/sentences/<slug:code>/", incidents.SentenceView.as_view(), name="sentence"),
    path("incidents/<int:incident_id>/", incidents.IncidentView.as_view(), name="incident"),
    path("incidents/<int:incident_id>/report.csv", incidents.ReportView.as_view(), name="incident_report"),
    path("c/<str:customer_no>/risk/", risk.PressView.as_view(), name="risk"),
    path("c/<str:customer_no>/risk/release/", risk.AskReleaseView.as_view(), name="risk_release_ask"),
    path("handoffs/", handoffs.inbox, name="handoffs"),
    path("call-effects/", call.EffectsView.as_view(), name="call_effects"),
    path("handoff-contents/", handoff.ContentsView.as_view(), name="handoff_contents"),
    path("c/<str:customer_no>/promise/", promise.PromiseView.as_view(), name="promise"),
    path("c/<str:customer_no>/promise/<int:promise_id>/", promise.RedateView.as_view(), name="promise_redate"),
    path("c/<str:customer_no>/claim/", claim.ClaimView.as_view(), name="claim"),
    path(
        "c/<str:customer_no>/promise/<int:promise_id>/withdraw/",
        promise.WithdrawView.as_view(),
        name="promise_withdraw",
    ),
    path("c/<str:customer_no>/claim/<int:claim_id>/", claim.ResolveView.as_view(), name="claim_resolve"),
    path("c/<str:customer_no>/hold/", hold.HoldView.as_view(), name="hold"),
    path("c/<str:customer_no>/hold/<int:hold_id>/release/", hold.ReleaseView.as_view(), name="hold_release"),
    path("c/<str:customer_no>/note/", note.NoteView.as_view(), name="note"),
    path("c/<str:customer_no>/handoff/", handoff.HandOffView.as_view(), name="handoff"),
    path("c/<str:customer_no>/handoff/<int:handoff_id>/", handoff.MoveView.as_view(), name="handoff_move"),
]
