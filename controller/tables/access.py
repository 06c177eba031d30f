"""Owns who may come in: PINs, attempts, sessions of people, keys of programs; all hashed."""

from sqlmodel import SQLModel

from controller.tables.columns import flag, text, text_key, whole


class Credential(SQLModel, table=True):
    """The PIN of a worker as a slow salted hash; without a row nobody can sign in."""

    badge: str = text_key()
    pin_hash: str = text()
    set_ms: int = whole()
    once: int = flag()


class SignInAttempt(SQLModel, table=True):
    """Sign-ins of a badge, known or not, since the last that succeeded."""

    __tablename__ = "sign_in_attempt"

    badge: str = text_key()
    times: int = whole()
    last_ms: int = whole(index=True)
    locked_until_ms: int = whole()


class AccessSession(SQLModel, table=True):
    """A signed-in person, by the SHA-256 of the token."""

    __tablename__ = "access_session"

    token_hash: str = text_key()
    badge: str = text(index=True)
    opened_ms: int = whole()
    seen_ms: int = whole()
    idle_ms: int = whole()
    expires_ms: int = whole()
    floor: int = flag()


class ApiKey(SQLModel, table=True):
    """A program's key, by its public part; `expires_ms` 0: it does not expire."""

    __tablename__ = "api_key"

    key: str = text_key()
    name: str = text()
    secret_hash: str = text()
    scopes: str = text()  # joined by spaces
    shop: str = text()
    owner: str = text()
    node: str = text()
    created_ms: int = whole()
    expires_ms: int = whole()
    revoked_ms: int = whole()
