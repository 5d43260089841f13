"""What asyncua does with a message, with the checks that it lacks before: certificate, password, and who asks."""

from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.ua_binary import struct_from_binary

from .people import ADMITTED, CALLER

ACTIVATE = ua.NodeId(ua.ObjectIds.ActivateSessionRequest_Encoding_DefaultBinary)


class Processor(UaProcessor):
    """Of one connection."""

    def open_secure_channel(self, algohdr: Any, seqhdr: Any, body: Any) -> None:
        """The certificate is held to the trust list, at each renewal of the channel again.

        Raises:
            CertificateRefused: It is not trusted.
        """
        trust = self.iserver.trust
        if trust is not None and algohdr.SenderCertificate:
            trust.check(algohdr.SenderCertificate, self.name[0])
        super().open_secure_channel(algohdr, seqhdr, body)

    async def _process_message(self, typeid: Any, requesthdr: Any, seqhdr: Any, body: Any) -> Any:
        user = self.session.user.name if self.session else None
        CALLER.set(f"OPC UA {user or 'anonymous'} {self.name[0]}")
        ADMITTED.set(None)
        if typeid == ACTIVATE and self.session is not None:
            await self._admit(struct_from_binary(ua.ActivateSessionParameters, body.copy()).UserIdentityToken)
        return await super()._process_message(typeid, requesthdr, seqhdr, body)

    async def _admit(self, token: Any) -> None:
        """Ask whether the password is right, before asyncua asks in the turn of the loop."""
        policy = self._connection.security_policy
        if not isinstance(token, ua.UserNameIdentityToken) or not policy.peer_certificate:
            return
        if not token.EncryptionAlgorithm and policy.Mode != ua.MessageSecurityMode.SignAndEncrypt:
            raise ServiceError(ua.StatusCodes.BadIdentityTokenRejected)  # it went over the wire in clear
        try:
            name, password = self.iserver.decrypt_user_token(self.session, token)
        except Exception as exc:  # whatever the decoder makes of bytes that are no password
            raise ServiceError(ua.StatusCodes.BadIdentityTokenInvalid) from exc
        if await self.iserver.people.admit(name or "", password or "", self.name[0]):
            ADMITTED.set(name)
