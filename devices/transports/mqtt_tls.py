"""Owns TLS to a broker: which files are used, and what a refused handshake means to a person.

It refuses a broker whose certificate it cannot verify; there is no setting that switches that off.
"""

import ssl
from typing import Final, Protocol

EXPIRED: Final = 10
OTHER_NAME: Final = frozenset((62, 64))  # host name, address: X509_V_ERR_*_MISMATCH


class Files(Protocol):
    """The paths of a broker's settings; "" for none."""

    @property
    def host(self) -> str: ...
    @property
    def ca(self) -> str: ...
    @property
    def certificate(self) -> str: ...
    @property
    def key(self) -> str: ...


class _Socket(ssl.SSLSocket):
    """Is closed when nobody trusts it; any end of a handshake is a failure of TLS."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError as error:
            self.close()
            if isinstance(error, ssl.SSLError):
                raise
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, error.strerror or str(error)) from error


def context_of(files: Files) -> ssl.SSLContext | None:
    """How to speak to this broker; None for in the clear. Raises: ValueError naming the file."""
    if not (files.ca or files.certificate or files.key):
        return None
    try:
        context = ssl.create_default_context(cafile=files.ca or None)
    except OSError as error:
        raise ValueError(f"ca: {_of_file(files.ca, error)}") from error
    context.sslsocket_class = _Socket
    if files.certificate or files.key:
        _show(context, files)
    return context


def _show(context: ssl.SSLContext, files: Files) -> None:
    """Our own certificate, for a broker that asks for one."""
    if not files.certificate:
        raise ValueError(f"key: {files.key} belongs to a certificate: name that too")
    try:
        context.load_cert_chain(files.certificate, files.key or None)
    except ssl.SSLError as error:
        pair = files.key or "its key within"
        fix = "are no certificate and its key, both as PEM"
        raise ValueError(f"certificate: {files.certificate} and {pair} {fix}") from error
    except OSError as error:
        both = " or ".join(filter(None, (files.certificate, files.key)))
        raise ValueError(f"certificate: {_of_file(both, error)}") from error


def _of_file(file: str, error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"{file} holds no certificate as PEM"
    return f"{file}: {error.strerror}"


def unanswered(files: Files) -> str:
    """What may be wrong when a broker closes the connection without a word."""
    if files.certificate:
        return "it may not accept our certificate"
    if files.ca:
        return "it may ask for a certificate of ours: set certificate and key in [broker]"
    return "it may speak TLS at this port: set ca in [broker]"


def told(files: Files, error: ssl.SSLError) -> str:
    """Why the handshake failed, and what mends it."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        why = getattr(error, "reason", "") or error.strerror
        return f"no TLS with it: {why}; is this its port with TLS (8883)?"
    if error.verify_code in OTHER_NAME:
        return (
            f"its certificate is not for {files.host}: set host to a name that it has, "
            f"or give the broker one for {files.host}"
        )
    if error.verify_code == EXPIRED:
        return "its certificate has expired: give the broker a new one"
    known = files.ca or "any authority that this computer knows"
    return (
        f"its certificate is not signed by {known} ({error.verify_message}): "
        "set ca in [broker] to the file of the authority that signed it"
    )
