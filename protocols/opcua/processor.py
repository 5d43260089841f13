"""The requests of one connection: asyncua answers them, and what it lacks is answered here.

Before that come the checks which asyncua lacks: certificate, password, session, and who asks. All requests are counted.
"""

import asyncio
import time
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.internal_session import SessionState
from asyncua.server.uaprocessor import UaProcessor
from cryptography.exceptions import InvalidSignature

from protocols.standstill import StandsStill

from .decoding import decoded
from .diagnostics import Asked
from .own_services import SERVICES
from .people import ADMITTED, CALLER, DIAGNOSTICS, PEER
from .user_certificates import proven

_IDS, _CODES = ua.ObjectIds, ua.StatusCodes
CREATE = ua.NodeId(_IDS.CreateSessionRequest_Encoding_DefaultBinary)
ACTIVATE = ua.NodeId(_IDS.ActivateSessionRequest_Encoding_DefaultBinary)
CLOSE = ua.NodeId(_IDS.CloseSessionRequest_Encoding_DefaultBinary)
CANCEL = ua.NodeId(_IDS.CancelRequest_Encoding_DefaultBinary)
CREATE_SUBSCRIPTION = ua.NodeId(_IDS.CreateSubscriptionRequest_Encoding_DefaultBinary)
DELETE_SUBSCRIPTIONS = ua.NodeId(_IDS.DeleteSubscriptionsRequest_Encoding_DefaultBinary)


def _requests(*names: str) -> frozenset[ua.NodeId]:
    return frozenset(ua.NodeId(getattr(_IDS, f"{name}Request_Encoding_DefaultBinary")) for name in names)


REFUSED = _requests(
    "RegisterServer", "RegisterServer2"
)  # asyncua would name whoever says so to all who look for servers
CHANGES = _requests("Write", "Call", "HistoryUpdate", "AddNodes", "AddReferences", "DeleteNodes", "DeleteReferences")
WITHOUT_SESSION = _requests("CreateSession", "FindServers", "GetEndpoints", "CloseSecureChannel") | REFUSED


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
            if typeid not in CHANGES:
                return await self._answer(typeid, requesthdr, seqhdr, body)
            try:
                with self.iserver.standstill.change():
                    return await self._answer(typeid, requesthdr, seqhdr, body)
            except StandsStill as exc:
                raise ServiceError(_CODES.BadShutdown) from exc
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
        PEER.set(self.name[0])
        CALLER.set(f"OPC UA {user or 'anonymous'} {self.name[0]}")
        DIAGNOSTICS.set(requesthdr.ReturnDiagnostics or 0)
        ADMITTED.set(None)
        self._check_session(typeid, requesthdr)
        if typeid == ACTIVATE:
            await self._activate(requesthdr, decoded(ua.ActivateSessionParameters, body.copy()))
        if typeid == CREATE:
            self._check_certificate(decoded(ua.CreateSessionParameters, body.copy()).ClientCertificate)
        if typeid in REFUSED:
            raise ServiceError(_CODES.BadServiceUnsupported)
        if typeid in SERVICES:
            return await self._own_answer(typeid, requesthdr, seqhdr, body)
        if typeid == CANCEL:
            return self._cancel(requesthdr, seqhdr, decoded(ua.CancelParameters, body))
        if typeid == CLOSE:
            if not len(body):
                raise ServiceError(_CODES.BadDecodingError)
            self._end_publishing(_CODES.BadSessionClosed)
        answered = await super()._process_message(typeid, requesthdr, seqhdr, body)
        if typeid == CREATE:
            self.session.opened_by, self.session.carrier = self._opener, self
        if typeid == DELETE_SUBSCRIPTIONS and not self.session.own_subscriptions():
            self._end_publishing(_CODES.BadNoSubscription)
        return answered

    def _check_session(self, typeid: ua.NodeId, header: Any) -> None:
        """A channel has one session, which every request names by its token: asyncua looks at no token."""
        session = self.session if self.session and self.session.state != SessionState.Closed else None
        if typeid == CREATE and session is not None and self._active:
            raise ServiceError(_CODES.BadTooManySessions)
        if typeid in WITHOUT_SESSION:
            return
        if typeid == ACTIVATE and session is None:
            session = self.iserver.lookup_external_session(header.AuthenticationToken)
            if session is not None and (not session.is_activated() or session.opened_by != self._opener):
                raise ServiceError(_CODES.BadSecurityChecksFailed)
        if session is None or header.AuthenticationToken != session.auth_token:
            raise ServiceError(_CODES.BadSessionIdInvalid)
        if not session.is_activated() and typeid not in (ACTIVATE, CLOSE):
            raise ServiceError(_CODES.BadSessionNotActivated)

    def _check_certificate(self, given: bytes | None) -> None:
        """A session is of whoever opened the channel; a chain may follow the certificate."""
        opened = self._connection.security_policy.peer_certificate
        if opened and given and not (given.startswith(opened) or opened.startswith(given)):
            raise ServiceError(_CODES.BadSecurityChecksFailed)

    @property
    def _opener(self) -> tuple[bytes | None, str]:
        """Who has this channel; without a certificate, from where: a session goes on for nobody else."""
        certificate = self._connection.security_policy.peer_certificate
        return certificate, "" if certificate else self.name[0]

    async def _activate(self, header: Any, params: ua.ActivateSessionParameters) -> None:
        """What asyncua asks in the turn of the loop or not at all; then it answers."""
        session = self.iserver.lookup_external_session(header.AuthenticationToken)
        policy = self._connection.security_policy
        try:
            signed = (policy.host_certificate or b"") + session.nonce
            policy.asymmetric_cryptography.verify(signed, params.ClientSignature.Signature)
        except InvalidSignature as exc:
            raise ServiceError(_CODES.BadApplicationSignatureInvalid) from exc
        await self._admit(session, params.UserIdentityToken, params.UserTokenSignature)
        if session is not self.session:
            self._go_on(session, params.UserIdentityToken)

    def _go_on(self, session: Any, token: Any) -> None:
        """With a session whose connection was lost: its subscriptions, and what they have to say, are there still.

        Raises:
            ServiceError: It is another user's.
        """
        named = isinstance(token, ua.UserNameIdentityToken | ua.X509IdentityToken)
        if (ADMITTED.get() if named else None) != session.user.name or (named and not ADMITTED.get()):
            raise ServiceError(_CODES.BadUserAccessDenied)
        before, session.carrier, self.session = session.carrier, self, session
        before.session, before._closing = None, True  # noqa: SLF001 - the same class
        self._publish_results_subs.update(before._publish_results_subs)  # noqa: SLF001
        for subscription in session.own_subscriptions().values():
            subscription.pub_result_callback = self.forward_publish_response
            subscription.pub_request_callback = self.get_publish_request
        self._closing = False
        self._session_watchdog_task = asyncio.create_task(self._session_watchdog_loop())

    async def _admit(self, session: Any, token: Any, signature: Any) -> None:
        """Ask whether password or certificate are right, before asyncua asks in the turn of the loop."""
        policy = self._connection.security_policy
        if isinstance(token, ua.X509IdentityToken) and policy.peer_certificate:
            der = proven(token, signature, policy, session.nonce)
            ADMITTED.set(self.iserver.people.of_certificate(der, self.name[0]))
        if not isinstance(token, ua.UserNameIdentityToken) or not policy.peer_certificate:
            return
        if not token.EncryptionAlgorithm and policy.Mode != ua.MessageSecurityMode.SignAndEncrypt:
            raise ServiceError(_CODES.BadIdentityTokenRejected)  # it went over the wire in clear
        try:
            name, password = self.iserver.decrypt_user_token(session, token)
        except Exception as exc:  # whatever the decoder makes of bytes that are no password
            raise ServiceError(_CODES.BadIdentityTokenInvalid) from exc
        if await self.iserver.people.admit(name or "", password or "", self.name[0]):
            ADMITTED.set(name)

    @property
    def _active(self) -> bool:
        return self.session is not None and bool(self.session.is_activated())

    async def _own_answer(self, typeid: ua.NodeId, header: Any, seqhdr: Any, body: Any) -> bool:
        service = SERVICES[typeid]
        self._touch()
        response = await service.answer(self.session, decoded(service.parameters, body))
        self.send_response(header.RequestHandle, seqhdr, response)
        return True

    def _touch(self) -> None:
        self.session_last_activity = time.monotonic()
        self.session.touch()

    # Publish requests that wait

    def _cancel(self, header: Any, seqhdr: Any, params: ua.CancelParameters) -> bool:
        """Only Publish requests wait long enough to be cancelled."""
        self._touch()
        wanted = [one for one in self._publish_requests if one.requesthdr.RequestHandle == params.RequestHandle]
        for one in wanted:
            self._publish_requests.remove(one)
            self._refuse(one, _CODES.BadRequestCancelledByClient)
        response = ua.CancelResponse()
        response.Parameters.CancelCount = len(wanted)
        self.send_response(header.RequestHandle, seqhdr, response)
        return True

    def _end_publishing(self, code: int) -> None:
        while self._publish_requests:
            self._refuse(self._publish_requests.popleft(), code)

    def _refuse(self, waiting: Any, code: int) -> None:
        response = ua.ServiceFault()
        response.ResponseHeader.ServiceResult = ua.StatusCode(code)
        self.send_response(waiting.requesthdr.RequestHandle, waiting.seqhdr, response)

    async def close(self) -> None:
        """A session that is still open was ended by its silence, or by the connection; one with subscriptions waits."""
        if self._active:
            silent = time.monotonic() - (self.session_last_activity or 0.0) > (self.session.session_timeout or 0)
            self.iserver.diagnostics.timeouts += silent
            self.iserver.diagnostics.aborts += not silent and self._should_close_session_on_transport_loss()
            if silent:
                self._end_publishing(_CODES.BadSessionClosed)
            self._publish_requests.clear()  # nobody reads their answers
        await super().close()
