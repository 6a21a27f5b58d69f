"""Speaking with Alipay through its own package. One is made per call: the package keeps the last request's state."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.exception.Exception import RequestException, ResponseException
from alipay.aop.api.util.SignatureUtils import fill_public_key_marker, get_sign_content
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings

from repayment.domain.orders import GatewayUnreachableError

SECONDS = 10
DONE = "10000"


def client() -> DefaultAlipayClient:
    """Return a client with this installation's keys."""
    made = AlipayClientConfig()
    made.server_url = settings.ALIPAY_URL
    made.app_id = settings.ALIPAY_APP_ID
    made.app_private_key = settings.ALIPAY_PRIVATE_KEY
    made.alipay_public_key = settings.ALIPAY_PUBLIC_KEY
    made.timeout = SECONDS
    return DefaultAlipayClient(alipay_client_config=made)


def execute(request: Any) -> dict[str, Any]:
    """Return Alipay's answer, whose signature the package has checked. Raise GatewayUnreachableError without one."""
    try:
        answer = json.loads(client().execute(request))
    except (RequestException, ResponseException, OSError, ValueError, TypeError) as error:
        # The package raises TypeError over an answer that is not 200.
        raise GatewayUnreachableError(type(error).__name__) from error
    if not isinstance(answer, dict) or "code" not in answer:
        raise GatewayUnreachableError("no answer that can be understood")
    return answer


def is_signed(fields: Mapping[str, str]) -> bool:
    """Return whether a notification carries Alipay's own RSA2 signature over every field but the signature's two."""
    if fields.get("sign_type") != "RSA2":
        return False
    said = get_sign_content({name: value for name, value in fields.items() if name not in {"sign", "sign_type"}})
    key = serialization.load_pem_public_key(fill_public_key_marker(settings.ALIPAY_PUBLIC_KEY).encode())
    assert isinstance(key, rsa.RSAPublicKey), "Alipay signs with RSA"
    try:
        signature = base64.b64decode(fields.get("sign", ""), validate=True)
        key.verify(signature, said.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
