"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from mediation.views import after, drafts, outcomes, record_panel, sessions
from mediation.views.talks import agreement, overview

app_name = "mediation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", sessions.sessions_by_day, name="sessions"),
    path("session/<int:session_id>/", sessions.session, name="session"),
    path("session/<int:session_id>/dial/", sessions.dial, name="dial"),
    path("session/<int:session_id>/begin/", sessions.begin, name="begin"),
    path("session/<int:session_id>/miss/", sessions.miss, name="miss"),
    path("session/<int:session_id>/cancel/", sessions.cancel, name="cancel"),
    path("session/<int:session_id>/note/", sessions.add_note, name="add_note"),
    path("session/<int:session_id>/outcome/", outcomes.outcome, name="outcome"),
    path("session/<int:session_id>/draft/", drafts.draft, name="draft"),
    path("draft/<int:draft_id>/", drafts.agreement_draft, name="agreement_draft"),
    path("draft/<int:draft_id>/sign/", drafts.sign, name="sign"),
    path("draft/<int:draft_id>/document/", drafts.document, name="document"),
    path("seals/", drafts.seals, name="seals"),
    path("record/<str:customer_no>/<int:mediation_id>/after/", after.after, name="after"),
    path(
        "record/<str:customer_no>/<int:mediation_id>/obligation/<int:obligation_id>/",
        after.obligation_done,
        name="obligation_done",
    ),
    path("record/<str:customer_no>/<int:mediation_id>/court/", after.stage, name="court_stage"),
    path("record/<str:customer_no>/<int:mediation_id>/papers/", after.make_pack, name="court_pack"),
    path("record/<str:customer_no>/<int:mediation_id>/papers/<int:pack_id>/", after.pack, name="court_papers"),
    path("record/<str:customer_no>/", record_panel.panel, name="record"),
    path("record/<str:customer_no>/<int:mediation_id>/answer/", record_panel.answer, name="answer"),
    path("record/<str:customer_no>/<int:mediation_id>/withdraw/", record_panel.withdraw, name="withdraw"),
    path("propose/<str:customer_no>/", record_panel.propose, name="propose"),
]

# What customers see of their talks: under /r/ like all their pages, with the same session.
customer_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("<int:mediation_id>/", overview.talks, name="talks"),
    path("<int:mediation_id>/agreement/", agreement.agreement, name="agreement"),
    path("<int:mediation_id>/agreement/document/", agreement.document, name="agreement_document"),
]
