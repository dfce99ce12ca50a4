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
        se="Ii oktage AssertionConsumerService sáhte geavahuvvot: vástádus manná gustovaš "
        "čujuhussii HTTP-POST dahje HTTP-Artifact bokte.",
    ),
    "consumer-not-served": Text(
        nn="Ingen AssertionConsumerService kan svarast her: HTTP-POST krev ei https-adresse, og "
        "HTTP-Artifact krev ein signeringsnøkkel i tillegg.",
        nb="Ingen AssertionConsumerService kan svares her: HTTP-POST krever en https-adresse, og "
        "HTTP-Artifact krever en signeringsnøkkel i tillegg.",
        en="No AssertionConsumerService can be answered: HTTP-POST wants an https address, and "
        "HTTP-Artifact a signing key beside it.",
        se="Ii oktage AssertionConsumerService sáhte vástiduvvot dáppe: HTTP-POST gáibida "
        "https-čujuhusa, ja HTTP-Artifact gáibida lassin vuolláičállinčoavdaga.",
    ),
    "endpoint-address": Text(
        nn="Adressa «{url}» kan ikkje brukast ({fault}).",
        nb="Adressen «{url}» kan ikke brukes ({fault}).",
        en='The address "{url}" cannot be used ({fault}).',
        se="Čujuhusa «{url}» ii sáhte geavahit ({fault}).",
    ),
    "endpoint-http": Text(
        nn="Adressa {url} er ikkje https. Dit blir ingen innlogging send.",
        nb="Adressen {url} er ikke https. Dit blir ingen innlogging sendt.",
        en="The address {url} is not https. No login is sent there.",
        se="Čujuhus {url} ii leat https. Dohko ii sáddejuvvo makkárge sisaloggen.",
    ),
    "host-not-public": Text(
        nn="Adressa {url} peikar på ein maskin som ikkje finst på det opne nettet.",
        nb="Adressen {url} peker på en maskin som ikke finnes på det åpne nettet.",
        en="The address {url} points to a machine that is not on the public internet.",
        se="Čujuhus {url} čujuha mašiidnii mii ii gávdno rabas neahtas.",
    ),
}

WEAKENS: Final[Mapping[str, Text]] = {
    "logout-missing": Text(
        nn="SingleLogoutService manglar, så den som loggar ut ein annan stad, blir verande "
        "innlogga her.",
        nb="SingleLogoutService mangler, så den som logger ut et annet sted, forblir "
        "innlogget her.",
        en="SingleLogoutService is missing, so whoever logs out elsewhere stays logged in here.",
        se="SingleLogoutService váilu, nu ahte son guhte olggosčáliha iežas eará sajis, bissu "
        "sisačálihuvvon dáppe.",
    ),
    "logout-binding": Text(
        nn="Ingen SingleLogoutService har HTTP-Redirect, HTTP-POST eller SOAP, så utlogging "
        "når ikkje fram.",
        nb="Ingen SingleLogoutService har HTTP-Redirect, HTTP-POST eller SOAP, så utlogging "
        "når ikke fram.",
        en="No SingleLogoutService has HTTP-Redirect, HTTP-POST or SOAP, so logouts do not "
        "arrive.",
        se="Ii ovttasge SingleLogoutService leat HTTP-Redirect, HTTP-POST dahje SOAP, nu ahte "
        "olggosloggen ii boađe ollái.",
    ),
}

ADVICE: Final[Mapping[str, Text]] = {
    "endpoint-ip": Text(
        nn="Adressa {url} bruker eit IP-nummer. Bruk eit namn, som kan flyttast.",
        nb="Adressen {url} bruker et IP-nummer. Bruk et navn, som kan flyttes.",
        en="The address {url} uses an IP number. Use a name, which can be moved.",
        se="Čujuhus {url} geavaha IP-nummira. Geavat nama, man sáhttá sirdit.",
    ),
    "index-twice": Text(
        nn="AssertionConsumerService index {index} står fleire gonger, så det er uvisst kva for "
        "ei som er meint.",
        nb="AssertionConsumerService index {index} står flere ganger, så det er uvisst hvilken "
        "som er ment.",
        en="AssertionConsumerService index {index} stands more than once, so it is not certain "
        "which one is meant.",
        se="AssertionConsumerService index {index} lea máŋgii, nu ahte ii leat čielggas mii dain "
        "oaivvilduvvo.",
    ),
    "consumer-binding": Text(
        nn="Svar blir aldri sende med {bindings}; berre med HTTP-POST og HTTP-Artifact.",
        nb="Svar blir aldri sendt med {bindings}; bare med HTTP-POST og HTTP-Artifact.",
        en="Answers are never sent by {bindings}; only by HTTP-POST and HTTP-Artifact.",
        se="Vástádusat eai goassege sáddejuvvo {bindings} bokte; dušše HTTP-POST ja "
        "HTTP-Artifact bokte.",
    ),
    "host-for-trials": Text(
        nn="Adressa {url} ser ut til å vere for utvikling eller test. Høyrer ho heime i "
        "produksjon?",
        nb="Adressen {url} ser ut til å være for utvikling eller test. Hører den hjemme i "
        "produksjon?",
        en="The address {url} looks like one for development or test. Does it belong in "
        "production?",
        se="Čujuhus {url} orru leamen ovdánahttima dahje geahččaleami várás. Gullágo dat "
        "buvttadeapmái?",
    ),
    "endpoint-twice": Text(
        nn="Den same adressa med den same bindinga står fleire gonger ({url}).",
        nb="Den samme adressen med den samme bindingen står flere ganger ({url}).",
        en="The same address with the same binding stands more than once ({url}).",
        se="Seamma čujuhus seamma čatnamiin lea máŋgii ({url}).",
    ),
    "consumer-elsewhere": Text(
        nn="Svar kan gå til {host}, utanfor domenet til tenesta, {domain}. Er det meint slik?",
        nb="Svar kan gå til {host}, utenfor domenet til tjenesten, {domain}. Er det ment slik?",
        en="Answers may go to {host}, outside the domain of the service, {domain}. Is that meant?",
        se="Vástádusat sáhttet mannat {host}:i, bálvalusa domena {domain} olggobeallái. Leago nu "
        "oaivvilduvvon?",
    ),
}
