"""An identity provider's key server: HTTPS on a port of its own, with a certificate that a test makes."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
"""What an authority's key is for; Python 3.13 and later want it said, and whose key signed what."""


class Authority:
    """Who signs certificates: whoever trusts `file` trusts them."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.file = folder / f"{name}.pem"
        own = self._builder(self.name, self.key.public_key(), 30)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        certificate = own.add_extension(SIGNS, critical=True).sign(self.key, hashes.SHA256())
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, host: str = "127.0.0.1", days: int = 30) -> Path:
        """A certificate for an address or a name, with its key, in one file; valid for some days, or until then."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            name = x509.DNSName(host)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keys")])
        about = self._builder(subject, key.public_key(), days)
        about = about.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        certificate = about.sign(self.key, hashes.SHA256())
        path = self.folder / f"{host}-{days}-{self.file.stem}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return path

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=60))
            .not_valid_after(now + dt.timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )


@dataclass
class KeyServer:
    """What it answers, and how often it was asked."""

    keys: list[dict[str, Any]]
    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    silent: bool = False
    """Whether it takes requests and says nothing."""
    dripping: bool = False
    """Whether its answer never ends, a byte at a time."""
    garbled: bool = False
    """Whether what it answers is no HTTP."""
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        if self.silent:
            self.over.wait()
            return
        if self.garbled:
            handler.wfile.write(b"\x16\x03\x01 hello\r\n\r\n")
            return
        body = json.dumps({"keys": self.keys}).encode()
        handler.send_response(self.status)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(1_000_000 if self.dripping else len(body)))
        handler.end_headers()
        while self.dripping and not self.over.is_set():
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.2)
        handler.wfile.write(body)


@contextlib.contextmanager
def key_server(certificate: Path, *keys: dict[str, Any]) -> Iterator[KeyServer]:
    """A server of keys with a certificate, for as long as the block runs."""
    told = KeyServer(list(keys))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with contextlib.suppress(OSError):  # whoever asked has hung up
                told.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Server(ThreadingHTTPServer):
        def get_request(self) -> tuple[Any, Any]:
            connection, address = super().get_request()
            # The handshake is the business of the connection's own thread: it fails where nobody trusts us.
            return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

        def handle_error(self, request: object, client_address: object) -> None:
            """Says nothing."""

    with Server(("127.0.0.1", 0), Handler) as server:
        told.url = f"https://127.0.0.1:{server.server_address[1]}/keys"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield told
        finally:
            told.over.set()
            server.shutdown()
            thread.join()
