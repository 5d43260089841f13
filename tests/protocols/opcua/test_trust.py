"""Which certificates open a channel: listed ones, and those of listed authorities, while they are valid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asyncua import ua
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from protocols.opcua.trust import (
    CRL,
    ISSUERS,
    MOST_REJECTED,
    REJECTED,
    TRUSTED,
    CertificateRefused,
    NoSuchCertificate,
    TrustList,
    thumbprint,
)

TODAY = datetime(2026, 6, 1, tzinfo=UTC)
KEYS = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3)]
NOT_TRUSTED, TIME, REVOKED = (
    ua.StatusCodes.BadSecurityChecksFailed,
    ua.StatusCodes.BadCertificateTimeInvalid,
    ua.StatusCodes.BadCertificateRevoked,
)


@dataclass(frozen=True)
class Made:
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def make(
    name: str,
    by: Made | None = None,
    key: int = 0,
    ca: bool = False,
    begin: int = -10,
    end: int = 10,
    longest: int | None = None,
) -> Made:
    """A certificate; `begin` and `end` are days from today, `key` is one of the keys, `longest` the path length."""
    own = KEYS[key]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(by.certificate.subject if by else named(name))
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY + timedelta(days=begin))
        .not_valid_after(TODAY + timedelta(days=end))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=longest), critical=True)
        .sign(by.key if by else own, hashes.SHA256())
    )
    return Made(certificate, own)


def revoking(authority: Made, gone: Sequence[Made]) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(TODAY)
        .next_update(TODAY + timedelta(days=30))
    )
    for one in gone:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(TODAY).build()
        )
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture
def trust(tmp_path: Path) -> TrustList:
    made = TrustList(tmp_path, lambda: TODAY)
    assert made.load() == []
    return made


def code_of(trust: TrustList, der: bytes) -> int:
    """0 = it opens a channel."""
    try:
        trust.check(der)
    except CertificateRefused as exc:
        return exc.code
    return 0


def put(folder: Path, kind: str, name: str, content: bytes) -> None:
    (folder / kind / name).write_bytes(content)


def test_a_stranger_is_refused_kept_and_let_in_when_trusted(trust: TrustList) -> None:
    client, refused = make("client"), []
    trust.on_refused = lambda der, why, address: refused.append((der, why, address))
    with pytest.raises(CertificateRefused, match="client is not trusted"):
        trust.check(client.der, "10.0.0.7")
    assert refused == [(client.der, "client is not trusted", "10.0.0.7")]
    trust.reject(client.der)
    assert [one.folder for one in trust.shown()] == [REJECTED]
    assert trust.trust(thumbprint(client.certificate)).folder == TRUSTED
    assert code_of(trust, client.der) == 0
    trust.remove(thumbprint(client.certificate))
    assert code_of(trust, client.der) == NOT_TRUSTED


@pytest.mark.parametrize(("begin", "end"), [(-20, -1), (1, 20)], ids=["expired", "not yet valid"])
def test_a_trusted_certificate_opens_within_its_dates_alone(
    trust: TrustList, tmp_path: Path, begin: int, end: int
) -> None:
    client = make("client", begin=begin, end=end)
    put(tmp_path, TRUSTED, "client.der", client.der)
    trust.load()
    assert code_of(trust, client.der) == TIME


def test_whoever_a_trusted_authority_signed_is_trusted(trust: TrustList, tmp_path: Path) -> None:
    root = make("root", ca=True)
    middle = make("middle", by=root, key=1, ca=True)
    client = make("client", by=middle, key=2)
    assert code_of(trust, client.der) == NOT_TRUSTED
    put(tmp_path, TRUSTED, "root.pem", root.certificate.public_bytes(Encoding.PEM))
    trust.load()
    assert code_of(trust, client.der) == NOT_TRUSTED  # who signed it is not known
    put(tmp_path, ISSUERS, "middle.der", middle.der)
    trust.load()
    assert code_of(trust, client.der) == 0


def test_an_issuer_completes_a_chain_and_makes_nobody_trusted(trust: TrustList, tmp_path: Path) -> None:
    root = make("root", ca=True)
    put(tmp_path, ISSUERS, "root.der", root.der)
    trust.load()
    assert code_of(trust, make("client", by=root, key=1).der) == NOT_TRUSTED


def test_a_chain_that_the_client_sends_leads_to_a_trusted_authority(trust: TrustList, tmp_path: Path) -> None:
    root = make("root", ca=True)
    middle = make("middle", by=root, key=1, ca=True)
    client = make("client", by=middle, key=2)
    chain = client.der + middle.der + root.der
    assert code_of(trust, chain) == NOT_TRUSTED  # what is sent along vouches for nobody
    put(tmp_path, TRUSTED, "root.der", root.der)
    trust.load()
    assert code_of(trust, chain) == 0
    assert code_of(trust, client.der + middle.der) == 0
    assert code_of(trust, client.der) == NOT_TRUSTED
    put(tmp_path, "crl", "root.crl", revoking(root, [middle]))
    trust.load()
    assert code_of(trust, chain) == REVOKED


def test_who_is_no_authority_links_no_chain(trust: TrustList, tmp_path: Path) -> None:
    root = make("root", ca=True)
    friend = make("friend", by=root, key=1)
    put(tmp_path, TRUSTED, "root.der", root.der)
    trust.load()
    assert code_of(trust, make("client", by=friend, key=2).der + friend.der) == NOT_TRUSTED


def test_an_authority_for_clients_alone_has_no_authority_below_it(trust: TrustList, tmp_path: Path) -> None:
    root = make("root", ca=True, longest=0)
    middle = make("middle", by=root, key=1, ca=True)
    put(tmp_path, TRUSTED, "root.der", root.der)
    trust.load()
    assert code_of(trust, make("direct", by=root, key=2).der) == 0
    assert code_of(trust, make("client", by=middle, key=2).der + middle.der) == NOT_TRUSTED


def test_junk_behind_a_trusted_certificate_changes_nothing(trust: TrustList, tmp_path: Path) -> None:
    client = make("client")
    put(tmp_path, TRUSTED, "client.der", client.der)
    trust.load()
    for junk in (b"0", b"\x30\x84", b"\x30\x03\x02\x01\x05", bytes(40)):
        assert code_of(trust, client.der + junk) == 0


def test_who_is_no_authority_signs_for_nobody(trust: TrustList, tmp_path: Path) -> None:
    client = make("client")
    put(tmp_path, TRUSTED, "client.der", client.der)
    trust.load()
    assert code_of(trust, make("friend", by=client, key=1).der) == NOT_TRUSTED


def test_a_borrowed_name_is_worth_nothing(trust: TrustList, tmp_path: Path) -> None:
    root = make("root", ca=True)
    put(tmp_path, TRUSTED, "root.der", root.der)
    trust.load()
    forged = make("root", key=1, ca=True)  # the same name, another key
    assert code_of(trust, make("client", by=forged, key=2).der) == NOT_TRUSTED
    assert code_of(trust, forged.der) == NOT_TRUSTED


def test_a_revoked_certificate_is_refused_and_only_by_its_authority(trust: TrustList, tmp_path: Path) -> None:
    root, other = make("root", ca=True), make("other", key=2, ca=True)
    client, colleague = make("client", by=root, key=1), make("colleague", by=root, key=1)
    put(tmp_path, TRUSTED, "root.der", root.der)
    put(tmp_path, CRL, "other.crl", revoking(other, [client]))
    trust.load()
    assert code_of(trust, client.der) == 0
    put(tmp_path, CRL, "root.crl", revoking(root, [client]))
    trust.load()
    assert (code_of(trust, client.der), code_of(trust, colleague.der)) == (REVOKED, 0)


@pytest.mark.parametrize("junk", [b"", b"\x30", b"no certificate at all", b"\x30\x82\xff\xff" + bytes(40_000)])
def test_what_is_no_certificate_is_refused(trust: TrustList, junk: bytes) -> None:
    assert code_of(trust, junk) == ua.StatusCodes.BadCertificateInvalid


def test_only_the_newest_rejected_ones_are_kept(trust: TrustList) -> None:
    for i in range(MOST_REJECTED + 3):
        trust.reject(make(f"client {i}").der)
    assert len(trust.shown()) == MOST_REJECTED


def test_a_file_that_is_no_certificate_is_named_and_keeps_nobody_out(trust: TrustList, tmp_path: Path) -> None:
    client = make("client")
    put(tmp_path, TRUSTED, "client.der", client.der)
    put(tmp_path, TRUSTED, "note.txt", b"the client of line 3")
    put(tmp_path, CRL, "old.crl", b"nothing")
    problems = trust.load()
    assert [line.split(": is ")[1].partition(" (")[0] for line in problems] == ["no certificate", "no revocation list"]
    assert code_of(trust, client.der) == 0


def test_a_certificate_that_is_not_there_is_named(trust: TrustList) -> None:
    with pytest.raises(NoSuchCertificate, match="no certificate in rejected has the thumbprint ABC"):
        trust.trust("ABC")
