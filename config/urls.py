"""Where each room begins."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import Http404
from django.urls import include, path, re_path

from config import health
from config.errors import not_found
from mediation import urls as mediation_urls
from repayment.views import app_links

# One way to sign in, with its lockout and its second factor, for administrators too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    # Administrators give new passwords; nothing is reset by e-mail.
    path("accounts/password/reset/", include([re_path("", not_found, {"exception": Http404()})])),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("r/talks/", include((mediation_urls.customer_patterns, "talks"))),
    path("r/cosign/", include((mediation_urls.cosigner_patterns, "cosign"))),
    path("r/", include("repayment.urls")),
    path(".well-known/apple-app-site-association", app_links.apple, name="app_links_apple"),
    path(".well-known/assetlinks.json", app_links.android, name="app_links_android"),
    path("live/room/", include((mediation_urls.live_patterns, "room_live"))),
    path("mediation/", include("mediation.urls")),
    path("", include("notifications.urls")),
    path("oversight/", include("oversight.urls")),
    path("", include("collections_app.urls")),
    path("", include("desk.urls")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
