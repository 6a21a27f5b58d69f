"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from collections_app.api import permits, records, worklist, writes

app_name = "collections_app"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/worklist/", worklist.WorklistView.as_view(), name="api_worklist"),
    path("api/records/<str:customer_no>/", records.RecordView.as_view(), name="api_record"),
    path("api/records/<str:customer_no>/permit/", permits.PermitPreviewView.as_view(), name="api_permit"),
    path("api/records/<str:customer_no>/notes/", writes.NotesView.as_view(), name="api_notes"),
    path("api/records/<str:customer_no>/holds/", writes.HoldsView.as_view(), name="api_holds"),
    path("api/records/<str:customer_no>/handoffs/", writes.HandOffsView.as_view(), name="api_handoffs"),
]
