"""``POST /api/oauth/token/``: access tokens for client credentials (RFC 6749, section 4.4)."""

from typing import Any

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientCredentialsGrant, ClientMixin
from authlib.oauth2.rfc6749.errors import InsecureTransportError, InvalidScopeError
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from collections_app.api.machines.base import address_of
from collections_app.domain.machines.clients import MOST_REFUSED_TRIES, TOKEN_LIVES, TRIES_WINDOW
from collections_app.models import MachineClient
from collections_app.selectors import machines as selector
from collections_app.services import clock
from collections_app.services.machines import clients

_METHODS = ("client_secret_basic", "client_secret_post")


class OAuthClient(ClientMixin):
    """A machine client as the OAuth library asks after it."""

    def __init__(self, row: MachineClient) -> None:
        self.row = row

    def get_client_id(self) -> str:
        """Return its public name."""
        return self.row.client_id

    def check_client_secret(self, client_secret: str) -> bool:
        """Return whether the secret is its own."""
        return clients.opens(client=self.row, secret=client_secret, now=clock.now())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Return whether it may prove itself this way."""
        return method in _METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether it may get tokens this way."""
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return the scopes asked for, or all of its own when none is named. Raise for one that it was not given."""
        asked = scope.split() if scope else list(self.row.scopes)
        if not asked or set(asked) - set(self.row.scopes):
            raise InvalidScopeError
        return " ".join(asked)


class _Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS


class _Server(AuthorizationServer):
    """The library's server on our own rows."""

    def query_client(self, client_id: str) -> OAuthClient:
        # A client that does not exist is one without a secret: nobody learns which names there are.
        return OAuthClient(selector.live_client(client_id) or MachineClient(client_id=client_id))

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        client: OAuthClient = request.client
        clients.keep_token(
            client=client.row, secret=token["access_token"], scopes=token["scope"].split(), now=clock.now()
        )
        # For the log of uses: whose request it was.
        request._request.machine_client = client.row

    def create_bearer_token_generator(self) -> BearerTokenGenerator:
        lives = int(TOKEN_LIVES.total_seconds())
        # The library's own generator: letters and digits by the system's random source, more than 256 bits.
        made = super().create_bearer_token_generator()
        made.expires_generator = lambda client, grant_type: lives
        return made


def _server() -> _Server:
    server = _Server(None, None)
    server.register_grant(_Grant)
    return server


@method_decorator(csrf_exempt, name="dispatch")
class TokenView(View):
    """Gives a token for ten minutes to a client that proves itself by its secret."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer as the standard says; 429 to an address that guesses."""
        now, address = clock.now(), address_of(request)
        if selector.refused_tries(address=address, now=now) >= MOST_REFUSED_TRIES:
            seconds = int(TRIES_WINDOW.total_seconds())
            return JsonResponse({"error": "too_many_tries"}, status=429, headers={"Retry-After": str(seconds)})
        try:
            answer: HttpResponse = _server().create_token_response(request)
        except InsecureTransportError:
            # Raised before the library begins to answer: a secret must not travel in the open.
            answer = JsonResponse({"error": "insecure_transport"}, status=400)
        client = getattr(request, "machine_client", None)
        clients.note_use(client=client, action="token", status=answer.status_code, address=address, items=0, now=now)
        answer["Cache-Control"] = "no-store"
        return answer
