"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from desk.views import find, gallery, live, record, worklist

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", worklist.worklist, name="worklist"),
    path("live/", live.live, name="live"),
    path("find/", find.find, name="find"),
    path("find/<str:customer_no>/", find.open_with_purpose, name="find_open"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("c/<str:customer_no>/", record.record, name="record"),
    path("c/<str:customer_no>/part/<slug:name>/", record.part, name="record_part"),
    path("c/<str:customer_no>/number/<int:point_id>/", record.reveal, name="reveal"),
]
