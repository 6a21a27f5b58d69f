"""The facts of repayment."""

from repayment.models.gateway_notice import GatewayNotice
from repayment.models.payment import Payment
from repayment.models.sandbox_order import SandboxOrder

__all__ = ["GatewayNotice", "Payment", "SandboxOrder"]
