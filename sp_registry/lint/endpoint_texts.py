"""What is said of addresses: consumers and logout."""

from collections.abc import Mapping
from typing import Final

from sp_registry.lint.finding import Text

BREAKS: Final[Mapping[str, Text]] = {
    "metadata-no-consumer": Text(
        nn="Ingen AssertionConsumerService kan brukast: svaret går til ei gyldig adresse med "
        "HTTP-POST eller HTTP-Artifact.",
        nb="Ingen AssertionConsumerService kan brukes: svaret går til en gyldig adresse med "
        "HTTP-POST eller HTTP-Artifact.",
        en="No AssertionConsumerService can be used: answers go to a valid address with "
        "HTTP-POST or HTTP-Artifact.",
    ),
    "consumer-not-served": Text(
        nn="Ingen AssertionConsumerService kan svarast her: HTTP-POST krev ei https-adresse, og "
        "HTTP-Artifact krev ein signeringsnøkkel i tillegg.",
        nb="Ingen AssertionConsumerService kan svares her: HTTP-POST krever en https-adresse, og "
        "HTTP-Artifact krever en signeringsnøkkel i tillegg.",
        en="No AssertionConsumerService can be answered: HTTP-POST wants an https address, and "
        "HTTP-Artifact a signing key beside it.",
    ),
    "endpoint-address": Text(
        nn="Adressa «{url}» kan ikkje brukast ({fault}).",
        nb="Adressen «{url}» kan ikke brukes ({fault}).",
        en='The address "{url}" cannot be used ({fault}).',
    ),
    "endpoint-http": Text(
        nn="Adressa {url} er ikkje https. Dit blir ingen innlogging send.",
        nb="Adressen {url} er ikke https. Dit blir ingen innlogging sendt.",
        en="The address {url} is not https. No login is sent there.",
    ),
    "host-not-public": Text(
        nn="Adressa {url} peikar på ein maskin som ikkje finst på det opne nettet.",
        nb="Adressen {url} peker på en maskin som ikke finnes på det åpne nettet.",
        en="The address {url} points to a machine that is not on the public internet.",
    ),
}

WEAKENS: Final[Mapping[str, Text]] = {
    "logout-missing": Text(
        nn="SingleLogoutService manglar, så den som loggar ut ein annan stad, blir verande "
        "innlogga her.",
        nb="SingleLogoutService mangler, så den som logger ut et annet sted, forblir "
        "innlogget her.",
        en="SingleLogoutService is missing, so whoever logs out elsewhere stays logged in here.",
    ),
    "logout-binding": Text(
        nn="Ingen SingleLogoutService har HTTP-Redirect, HTTP-POST eller SOAP, så utlogging "
        "når ikkje fram.",
        nb="Ingen SingleLogoutService har HTTP-Redirect, HTTP-POST eller SOAP, så utlogging "
        "når ikke fram.",
        en="No SingleLogoutService has HTTP-Redirect, HTTP-POST or SOAP, so logouts do not "
        "arrive.",
    ),
}

ADVICE: Final[Mapping[str, Text]] = {
    "endpoint-ip": Text(
        nn="Adressa {url} bruker eit IP-nummer. Bruk eit namn, som kan flyttast.",
        nb="Adressen {url} bruker et IP-nummer. Bruk et navn, som kan flyttes.",
        en="The address {url} uses an IP number. Use a name, which can be moved.",
    ),
    "consumer-binding": Text(
        nn="Bindinga {binding} blir aldri brukt til svar; berre HTTP-POST og HTTP-Artifact.",
        nb="Bindingen {binding} blir aldri brukt til svar; bare HTTP-POST og HTTP-Artifact.",
        en="The binding {binding} is never used for answers; only HTTP-POST and HTTP-Artifact.",
    ),
    "index-twice": Text(
        nn="AssertionConsumerService index {index} står fleire gonger, så det er uvisst kva for "
        "ei som er meint.",
        nb="AssertionConsumerService index {index} står flere ganger, så det er uvisst hvilken "
        "som er ment.",
        en="AssertionConsumerService index {index} stands more than once, so it is not certain "
        "which one is meant.",
    ),
}
