"""The test authority: a certificate for each single signature, whose key is used once and then forgotten.

As real authorities do for signatures of an occasion: the key exists for one signing under the signatory's control, the
certificate names who signed, and the root vouches for it. The root's key follows from the installation's secret.
"""

import base64
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID
from django.conf import settings

from mediation.domain.signing import Signatory, Signed

IS_TEST = True
_CODE = "local_ca"
_LIVES = timedelta(minutes=10)
_ALGORITHM = ec.ECDSA(Prehashed(hashes.SHA256()))
_ROOT_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OneCase TEST signing authority, no legal effect")])


def sign(*, sha256: str, signatory: Signatory, now: datetime) -> Signed:
    """Return the signature over a document's SHA-256, under a certificate made for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name_of(signatory))
        .issuer_name(_ROOT_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + _LIVES)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(_root_key(), hashes.SHA256())
    )
    signature = base64.b64encode(key.sign(bytes.fromhex(sha256), _ALGORITHM)).decode()
    return Signed(_CODE, signature, certificate.public_bytes(serialization.Encoding.PEM).decode())


def verify(*, sha256: str, signed: Signed, signatory: Signatory, at: datetime) -> bool:
    """Return whether the root vouches for the certificate, it names the signatory, and the signature is over this."""
    try:
        certificate = x509.load_pem_x509_certificate(signed.certificate.encode())
        certificate.verify_directly_issued_by(_root())
        if certificate.subject != _name_of(signatory):
            return False
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            return False
        public = certificate.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(base64.b64decode(signed.signature), bytes.fromhex(sha256), _ALGORITHM)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _name_of(signatory: Signatory) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, signatory.name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, signatory.role),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, signatory.reference[:64]),
        ]
    )


def _root_key() -> ec.EllipticCurvePrivateKey:
    derived = HKDF(algorithm=hashes.SHA256(), length=31, salt=None, info=b"onecase signing test root").derive(
        settings.SECRET_KEY.encode()
    )
    return ec.derive_private_key(int.from_bytes(derived, "big") + 1, ec.SECP256R1())


def _root() -> x509.Certificate:
    key = _root_key()
    began = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    return (
        x509.CertificateBuilder()
        .subject_name(_ROOT_NAME)
        .issuer_name(_ROOT_NAME)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=36_500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
