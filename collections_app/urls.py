"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from collections_app.api import permits, records, worklist, writes
from collections_app.api.machines import oauth, telephony
from collections_app.api.machines import permits as machine_permits

app_name = "collections_app"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/worklist/", worklist.WorklistView.as_view(), name="api_worklist"),
    path("api/records/<str:customer_no>/", records.RecordView.as_view(), name="api_record"),
    path("api/records/<str:customer_no>/permit/", permits.PermitPreviewView.as_view(), name="api_permit"),
    path("api/records/<str:customer_no>/notes/", writes.NotesView.as_view(), name="api_notes"),
    path("api/records/<str:customer_no>/holds/", writes.HoldsView.as_view(), name="api_holds"),
    path("api/records/<str:customer_no>/handoffs/", writes.HandOffsView.as_view(), name="api_handoffs"),
    path("api/oauth/token/", oauth.TokenView.as_view(), name="api_token"),
    path("api/permits/", machine_permits.PermitsView.as_view(), name="api_permits"),
    path("api/permits/bulk/", machine_permits.BulkView.as_view(), name="api_permits_bulk"),
    path("api/permits/<uuid:permit_id>/", machine_permits.PermitView.as_view(), name="api_permit_look"),
    path("api/permits/<uuid:permit_id>/outcome/", machine_permits.OutcomeView.as_view(), name="api_outcome"),
    path("api/telephony/events/", telephony.EventsView.as_view(), name="api_telephony"),
]
