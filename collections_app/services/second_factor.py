"""Codes of an authenticator, and recovery codes, counted as passwords are: so many wrong ones lock the account."""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class CountedCode:
    """Lets the package judge a code, and counts a wrong one in the database beside the wrong passwords.

    The package's own limit lives in a cache, which forgets; this one is the account's, whatever was tried.
    """

    def clean_code(self) -> str:
        """Return the code. Raise ValidationError for a wrong one, and for any while the account is locked."""
        request, name = context.request, {"username": self.user.get_username()}  # type: ignore[attr-defined]  # a form's
        if request is not None and not AxesProxyHandler.is_allowed(request, name):
            # The page that says for how long is axes' own.
            request.axes_locked_out = True
            raise ValidationError(_("Too many wrong codes. Try again later."), code="too_many_login_attempts")
        try:
            return str(super().clean_code())  # type: ignore[misc]  # the form's own
        except ValidationError:
            if request is not None:
                user_login_failed.send(sender=CountedCode, credentials=name, request=request)
            raise


class SignInCode(CountedCode, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The second step of signing in."""


class ProofCode(CountedCode, ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """Who sits at the screen proves it again."""
