"""The requests of one connection: asyncua answers them, and BrowseNext is answered here.

Before that come the checks which asyncua lacks: certificate, password, and who asks. All requests are counted.
"""

import time
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.ua_binary import struct_from_binary

from .diagnostics import Asked
from .people import ADMITTED, CALLER, DIAGNOSTICS

_IDS = ua.ObjectIds
BROWSE_NEXT = ua.NodeId(_IDS.BrowseNextRequest_Encoding_DefaultBinary)
ACTIVATE = ua.NodeId(_IDS.ActivateSessionRequest_Encoding_DefaultBinary)
CREATE_SUBSCRIPTION = ua.NodeId(_IDS.CreateSubscriptionRequest_Encoding_DefaultBinary)


class Processor(UaProcessor):
    """Overrides private methods of asyncua 2.1.0."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = Asked()

    def open_secure_channel(self, algohdr: Any, seqhdr: Any, body: Any) -> None:
        """The certificate is held to the trust list, at each renewal of the channel again.

        Raises:
            CertificateRefused: It is not trusted.
        """
        trust = self.iserver.trust
        if trust is not None and algohdr.SenderCertificate:
            trust.check(algohdr.SenderCertificate, self.name[0])
        super().open_secure_channel(algohdr, seqhdr, body)

    async def _process_message(self, typeid: ua.NodeId, requesthdr: Any, seqhdr: Any, body: Any) -> Any:
        before, code = self._active, None
        try:
            return await self._answer(typeid, requesthdr, seqhdr, body)
        except (ServiceError, ua.uaerrors.UaStatusCodeError) as exc:
            code = int(exc.code)
            self.iserver.diagnostics.refused(typeid, code)
            raise
        finally:
            self.asked.count(typeid, code)
            if typeid == ACTIVATE and self._active and not before:
                self.iserver.diagnostics.cumulated_sessions += 1
            if typeid == CREATE_SUBSCRIPTION and code is None:
                self.iserver.diagnostics.cumulated_subscriptions += 1

    async def _answer(self, typeid: ua.NodeId, requesthdr: Any, seqhdr: Any, body: Any) -> Any:
        user = self.session.user.name if self.session else None
        CALLER.set(f"OPC UA {user or 'anonymous'} {self.name[0]}")
        DIAGNOSTICS.set(requesthdr.ReturnDiagnostics or 0)
        ADMITTED.set(None)
        if typeid == ACTIVATE and self.session is not None:
            await self._admit(struct_from_binary(ua.ActivateSessionParameters, body.copy()).UserIdentityToken)
        if typeid == BROWSE_NEXT:
            return await self._browse_next(requesthdr, seqhdr, body)
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

    @property
    def _active(self) -> bool:
        return self.session is not None and bool(self.session.is_activated())

    async def _browse_next(self, header: Any, seqhdr: Any, body: Any) -> bool:
        if not self._active:
            raise ServiceError(ua.StatusCodes.BadSessionIdInvalid)
        self.session_last_activity = time.monotonic()
        self.session.touch()
        response = ua.BrowseNextResponse()
        params = struct_from_binary(ua.BrowseNextParameters, body)
        response.Parameters.Results = await self.session.browse_next(params)
        self.send_response(header.RequestHandle, seqhdr, response)
        return True

    async def close(self) -> None:
        """A session that is still open was ended by its silence, or by the connection."""
        if self._active:
            silent = time.monotonic() - (self.session_last_activity or 0.0) > (self.session.session_timeout or 0)
            self.iserver.diagnostics.timeouts += silent
            self.iserver.diagnostics.aborts += not silent
        await super().close()
