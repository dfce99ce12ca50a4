"""Software of three kinds in one session: one login, and one logout that reaches all."""

from tests.interop.peers.apache_mellon import Mellon
from tests.interop.peers.two_providers import TwoProviders
from tests.interop.visitor import Visitor


def test_one_login_serves_all_three_and_one_logout_ends_all_three(
    visitor: Visitor, mellon: Mellon, node_saml: TwoProviders, python3_saml: TwoProviders
) -> None:
    visitor.opens(mellon.page("signed"))
    person = visitor.logs_in()
    visitor.comes_to(mellon.page("signed"))
    for service in (node_saml, python3_saml):
        visitor.opens(service.login("full"))
        visitor.comes_to(service.page("full"))
        assert visitor.is_told("uid") == person.national_id
    visitor.opens(python3_saml.logout("full"))
    visitor.lets_the_hub_walk()
    visitor.comes_to(f"{python3_saml.base}/full/slo?*")
    assert visitor.reads_json() == {"loggedOut": True}
    assert visitor.wire.last("LogoutResponse").status == ("Success",)
    visitor.opens(node_saml.page("full"))
    assert visitor.is_told("error") == "not logged in"
    visitor.opens(mellon.page("signed"))
    visitor.is_asked("national_id")
