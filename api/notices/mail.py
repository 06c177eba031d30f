"""Owns the mail server: letters out over SMTP, and what its answers mean.

Its password comes from a file or the environment and is never told. It refuses addresses that
could carry more than one recipient or a header.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from typing import Final, Literal

from controller.views.notices import Letter

ADDRESS: Final = re.compile(
    r"[^\s<>()\[\],;:@\"\\]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z0-9-]{2,60}"
)
DETAIL: Final = re.compile(r"\d\.\d{1,3}\.\d{1,3}(?= |$)")  # Source: RFC 3463
TIMEOUT_S: Final = 10.0
PASSWORD: Final = "PICKWRIGHT_MAIL_PASSWORD"
SERVER: Final = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPNotSupportedError,
    smtplib.SMTPSenderRefused,
    OSError,
)


class ServerDown(Exception):
    """No letter gets through: the server is away, refuses us, or has no TLS."""


class Refused(Exception):
    """The server does not take this letter; `lasting` is False where it may later.

    `said` are its words, which may name the customer.
    """

    def __init__(self, why: str, *, lasting: bool, said: str = "") -> None:
        super().__init__(why)
        self.lasting = lasting
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """`tls`: start (STARTTLS), on from the first byte, or off for a server on this machine."""

    host: str
    sender: str
    port: int = 587
    tls: Literal["start", "on", "off"] = "start"
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""
    timeout_s: float = TIMEOUT_S


def is_address(text: str) -> bool:
    return text.isascii() and ADDRESS.fullmatch(text) is not None


def message(letter: Letter, server: MailServer, row: int, when_s: float) -> EmailMessage:
    """The letter; the same row has the same Message-ID, by which a repeat is known."""
    made = EmailMessage()
    made["From"] = formataddr((" ".join(letter.shop.split()), server.sender))
    made["To"] = letter.to
    if is_address(letter.reply_to):
        made["Reply-To"] = letter.reply_to
    made["Subject"] = letter.subject
    made["Date"] = formatdate(when_s)
    made["Message-ID"] = f"<notice-{row}@{server.sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.body)
    return made


class Post:
    """A connection to the mail server for one round of letters."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def send(self, made: EmailMessage) -> None:
        """Raises: ServerDown, Refused."""
        try:
            smtp = self._smtp = self._smtp or self._open()
            smtp.send_message(made)
        except smtplib.SMTPRecipientsRefused as error:
            code, told = next(iter(error.recipients.values()))
            self._reset()
            raise _refused(code, told) from error
        except smtplib.SMTPDataError as error:
            self._reset()
            raise _refused(error.smtp_code, error.smtp_error) from error
        except SERVER as error:
            self.close()
            raise ServerDown(f"{self._server.host}: {_words(error)}") from error

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()

    def _reset(self) -> None:
        try:
            if self._smtp is not None:
                self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _open(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context(cafile=server.ca or None)
        address = (server.host, server.port)
        smtp: smtplib.SMTP
        if server.tls == "on":
            smtp = smtplib.SMTP_SSL(*address, timeout=server.timeout_s, context=context)
        else:
            smtp = smtplib.SMTP(*address, timeout=server.timeout_s)
        try:
            if server.tls == "start":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _refused(code: int, told: bytes | str) -> Refused:
    words = _masked(told)
    exact = DETAIL.match(words)
    why = f"{code} {exact[0]}" if exact else str(code)
    said = words.removeprefix(exact[0] if exact else "").strip()
    return Refused(why, lasting=500 <= code < 600, said=said[:300])


def _masked(told: bytes | str) -> str:
    words = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return ADDRESS.sub("(address)", words)


def _words(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"refuses user and password ({error.smtp_code}): check them"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_masked(error.smtp_error)}"[:300]
    return f"{type(error).__name__}: {error}"[:300]
