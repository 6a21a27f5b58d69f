"""What every address of machines shares: whose token it is, what it is for, how often, and the log of each use."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    NotAuthenticated,
    ParseError,
    PermissionDenied,
    Throttled,
    ValidationError,
)
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from collections_app.domain.machines.clients import RATE_WINDOW, MachineScope
from collections_app.models import MachineClient, MachineToken
from collections_app.selectors import incidents
from collections_app.selectors import machines as selector
from collections_app.services import addresses, clock, form_keys, refusal_texts
from collections_app.services.errors import KeyReusedError, NotAllowedError, RefusedError
from collections_app.services.machines import clients

_NOT_FOUND = frozenset({"no_such_record", "no_such_permit", "no_such_number"})
_CONFLICTS = frozenset({"contact_already_settled", "permit_was_refused"})
_LONGEST_TOKEN = 200


def address_of(request: HttpRequest) -> str | None:
    """Return the address the request came from, past our own proxies."""
    return addresses.address_of(request.META)


class MachineAuthentication(BaseAuthentication):
    """A bearer token (RFC 6750) in the header Authorization, and nowhere else."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, MachineToken] | None:
        """Return nobody and the token, or None without one. Raise AuthenticationFailed for one that holds not.

        A machine is no user: what looks for a person in the request finds none.
        """
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        secret = secret.strip()
        found = None
        if secret and len(secret) <= _LONGEST_TOKEN and "\x00" not in secret:
            found = selector.token_of(secret=secret, now=clock.now())
        if found is None:
            raise AuthenticationFailed("This token does not hold.", code="invalid_token")
        return AnonymousUser(), found

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that makes the answer a 401."""
        return 'Bearer realm="OneCase"'


class HasScope(BasePermission):
    """The token must carry the scope the address asks for."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether it does. Raise PermissionDenied with the code of RFC 6750 when it does not."""
        token = request.auth
        if not isinstance(token, MachineToken):
            return False
        wanted: MachineScope = view.scope  # type: ignore[attr-defined]  # every MachineAPIView names one
        # What a client was given counts now, not when its token was made.
        if wanted not in token.scopes or wanted not in token.client.scopes:
            raise PermissionDenied(f"This needs the scope {wanted}.", code="insufficient_scope")
        return True


class MachineAPIView(APIView):
    """An address for machines that hold a token."""

    authentication_classes = (MachineAuthentication,)
    permission_classes = (HasScope,)
    parser_classes = (JSONParser,)
    scope: ClassVar[MachineScope]
    action: ClassVar[str]
    # How many contacts the request was about, for the log of uses.
    items = 1

    @property
    def client(self) -> MachineClient:
        """The client whose token it is."""
        assert isinstance(self.request.auth, MachineToken)
        return self.request.auth.client

    def may(self, scope: MachineScope) -> bool:
        """Return whether the token is for something else as well."""
        assert isinstance(self.request.auth, MachineToken)
        return scope in self.request.auth.scopes and scope in self.client.scopes

    def check_throttles(self, request: Request) -> None:
        """Refuse more requests within a minute than the client may make. Raise Throttled."""
        if not isinstance(request.auth, MachineToken):
            raise NotAuthenticated
        client = request.auth.client
        if selector.uses_lately(client=client, now=clock.now()) >= client.per_minute:
            raise Throttled(wait=RATE_WINDOW.total_seconds())

    def key(self, request: Request) -> str:
        """Return the Idempotency-Key. Raise ValidationError without one that can be read."""
        key = request.headers.get("Idempotency-Key", "").strip().strip('"')
        if not form_keys.is_key(key):
            raise ValidationError({"Idempotency-Key": ["16 to 64 letters, digits, hyphens or underscores"]})
        return key

    def content(self, request: Request) -> list[str]:
        """Return what the request says, by which a key that is used again is compared."""
        return [request.path, json.dumps(request.data, sort_keys=True, default=str)]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep that it was asked and how it was answered; name the incidents in force."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        token = getattr(request, "auth", None)
        if isinstance(token, MachineToken):
            clients.note_use(
                client=token.client,
                action=self.action,
                status=answer.status_code,
                address=address_of(request),
                items=self.items if answer.status_code < status.HTTP_400_BAD_REQUEST else 0,
                now=clock.now(),
            )
            if ids := incidents.stamp(now=clock.now()):
                answer["OneCase-Incidents"] = ids.replace(".", ", ")
        return answer

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal with its code: 404 not there or not yours, 403 not given, 409 said otherwise, 422."""
        if isinstance(exc, RefusedError):
            code = 422
            if exc.code in _NOT_FOUND:
                code = 404
            elif isinstance(exc, NotAllowedError):
                code = 403
            elif isinstance(exc, KeyReusedError) or exc.code in _CONFLICTS:
                code = 409
            return Response({"code": exc.code, "detail": refusal_texts.refusal_text(exc)}, status=code)
        if isinstance(exc, RecursionError):
            # JSON nested deeper than anything means: not ours to read.
            exc = ParseError()
        answer = super().handle_exception(exc)
        if isinstance(exc, APIException) and isinstance(answer.data, Mapping) and "detail" in answer.data:
            answer.data = {"code": exc.get_codes(), **answer.data}
        return answer
