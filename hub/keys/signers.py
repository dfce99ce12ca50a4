"""Who signs a message to one service provider: its key of this moment, its algorithm."""

from certs.signing_key import SigningKey
from hub.current import note, now, outside, request_id
from hub.keys.room import SignedLogin
from hub.login_session import LoginSession
from hub.saml.assertion import Assertion
from hub.saml.response import Signer
from hub.web import browser
from metadata.algorithms import agreed
from sp_registry.service_provider import ServiceProvider


def signer_for(sp: ServiceProvider) -> Signer:
    """For everything but a login: statuses, logouts, envelopes of artifacts."""
    return _agreed(outside().keys.signing(sp.entity_id, now()), sp)


def signer_of_login(sp: ServiceProvider, session: LoginSession, assertion: Assertion) -> Signer:
    """For an answer with an assertion, which may be the one that rehearses the next key."""

    def is_new() -> bool:
        participants = outside().store.sessions.participants(session.id)
        known = {each.session_index: each.answered_at for each in participants}
        return known.get(assertion.session_index) == assertion.issued_at

    login = SignedLogin(request_id(), assertion.session_index, browser.hashed_browser())
    key = outside().keys.answering(sp.entity_id, login, is_new, now())
    note("signed", f"by the key {key.certificate.fingerprint[:16]}")
    return _agreed(key, sp)


def _agreed(key: SigningKey, sp: ServiceProvider) -> Signer:
    wishes = sp.description
    return Signer(key, agreed(key, wishes.signing_methods, wishes.digest_methods))
