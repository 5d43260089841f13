"""Users who show that they hold the key of a certificate: X509IdentityToken (OPC UA Part 4, 7.41.5)."""

from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.crypto import uacrypto
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa

LARGEST = 8 * 1024  # bytes of a certificate
KEY_BITS = range(2048, 4097)  # as the policies that are offered have it; a longer one would hold the loop
_CODES = ua.StatusCodes
_VERIFY = {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": uacrypto.verify_sha256,
    "http://opcfoundation.org/UA/security/rsa-pss-sha2-256": uacrypto.verify_pss_sha256,
}


def proven(token: ua.X509IdentityToken, signature: ua.SignatureData, policy: Any, nonce: bytes) -> bytes:
    """The user's certificate in DER, whose key signed the server's certificate and `nonce`, as `policy` signs.

    Raises:
        ServiceError: It did not, or the certificate cannot be used.
    """
    der = bytes(token.CertificateData or b"")
    certificate, verify = _usable(der), _VERIFY.get(policy.AsymmetricSignatureURI)
    if verify is None or signature.Algorithm != policy.AsymmetricSignatureURI:
        raise ServiceError(_CODES.BadUserSignatureInvalid)
    try:
        verify(certificate, policy.host_certificate + nonce, bytes(signature.Signature or b""))
    except InvalidSignature as exc:
        raise ServiceError(_CODES.BadUserSignatureInvalid) from exc
    return der


def _usable(der: bytes) -> x509.Certificate:
    try:
        if len(der) > LARGEST:
            raise ValueError(f"{len(der)} bytes")
        certificate = x509.load_der_x509_certificate(der)
    except ValueError as exc:
        raise ServiceError(_CODES.BadIdentityTokenInvalid) from exc
    key, now = certificate.public_key(), datetime.now(UTC)
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size not in KEY_BITS:
        raise ServiceError(_CODES.BadIdentityTokenInvalid)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise ServiceError(_CODES.BadIdentityTokenRejected)
    return certificate
