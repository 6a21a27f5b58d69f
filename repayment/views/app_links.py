"""What phones read to let the bank's own app open customers' links (universal links, app links)."""

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from collections_app.domain.access import new_token


@require_safe
def apple(request: HttpRequest) -> JsonResponse:
    """Say which apps open links and the page for codes; hand-overs and the rest stay in the browser."""
    if not settings.IOS_APPS:
        raise Http404
    link = f"/r/{'?' * len(new_token())}/"
    components = [{"/": "/r/app/*", "exclude": True}, {"/": link}, {"/": "/r/"}]
    return JsonResponse({"applinks": {"details": [{"appIDs": settings.IOS_APPS, "components": components}]}})


@require_safe
def android(request: HttpRequest) -> JsonResponse:
    """Say which apps, by their signing certificate, may open this host's links."""
    if not settings.ANDROID_APPS:
        raise Http404
    statements = [
        {
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": package,
                "sha256_cert_fingerprints": [fingerprint],
            },
        }
        for package, fingerprint in settings.ANDROID_APPS.items()
    ]
    return JsonResponse(statements, safe=False)
