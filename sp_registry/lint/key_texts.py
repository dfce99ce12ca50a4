"""What is said of keys, certificates and algorithms."""

from collections.abc import Mapping
from typing import Final

from sp_registry.lint.finding import Text

BREAKS: Final[Mapping[str, Text]] = {
    "metadata-no-signing-key": Text(
        nn="AuthnRequestsSigned er sann, men ingen brukande signeringsnøkkel er oppgitt.",
        nb="AuthnRequestsSigned er sann, men ingen brukbar signeringsnøkkel er oppgitt.",
        en="AuthnRequestsSigned is true, but no usable signing key is given.",
    ),
    "key-too-small": Text(
        nn="Nøkkelen i {certificate} har {bits} bit. RSA treng minst 2048, EC minst 256.",
        nb="Nøkkelen i {certificate} har {bits} bit. RSA trenger minst 2048, EC minst 256.",
        en="The key of {certificate} has {bits} bits. RSA needs at least 2048, EC at least 256.",
    ),
    "encryption-key-kind": Text(
        nn="Krypteringsnøkkelen er av slaget {kind}; berre RSA kan brukast til kryptering.",
        nb="Krypteringsnøkkelen er av typen {kind}; bare RSA kan brukes til kryptering.",
        en="The encryption key is of kind {kind}; only RSA can be encrypted to.",
    ),
    "encryption-method": Text(
        nn="Ingen av krypteringsmåtane er god nok ({methods}). Bruk AES-GCM.",
        nb="Ingen av krypteringsmetodene er god nok ({methods}). Bruk AES-GCM.",
        en="None of the EncryptionMethods is good enough ({methods}). Use AES-GCM.",
    ),
    "encryption-key-transport": Text(
        nn="Nøkkelen kan ikkje sendast trygt med {methods}. Bruk RSA-OAEP.",
        nb="Nøkkelen kan ikke sendes trygt med {methods}. Bruk RSA-OAEP.",
        en="The key cannot be sent safely with {methods}. Use RSA-OAEP.",
    ),
    "algorithm-unserved": Text(
        nn="Ingen av alg:SigningMethod er ein algoritme som svara våre blir signerte med.",
        nb="Ingen av alg:SigningMethod er en algoritme som svarene våre blir signert med.",
        en="None of the alg:SigningMethods is an algorithm that our answers are signed with.",
    ),
}

WEAKENS: Final[Mapping[str, Text]] = {
    "signing-key-missing": Text(
        nn="Ingen signeringsnøkkel er oppgitt, så førespurnader og utlogging kan ikkje "
        "signerast.",
        nb="Ingen signeringsnøkkel er oppgitt, så forespørsler og utlogging kan ikke signeres.",
        en="No signing key is given, so requests and logouts cannot be signed.",
    ),
    "requests-not-signed": Text(
        nn="AuthnRequestsSigned er ikkje sann. Fødselsnummer går berre til den som signerer.",
        nb="AuthnRequestsSigned er ikke sann. Fødselsnummer går bare til den som signerer.",
        en="AuthnRequestsSigned is not true. Identity numbers go only to those who sign.",
    ),
    "encryption-key-missing": Text(
        nn="Ingen krypteringsnøkkel er oppgitt. Fødselsnummer går berre ut kryptert.",
        nb="Ingen krypteringsnøkkel er oppgitt. Fødselsnummer går bare ut kryptert.",
        en="No encryption key is given. Identity numbers go out encrypted only.",
    ),
    "key-unreadable": Text(
        nn="KeyDescriptor har ikkje noko lesbart X509Certificate og blir ikkje brukt.",
        nb="KeyDescriptor har ikke noe lesbart X509Certificate og blir ikke brukt.",
        en="The KeyDescriptor has no readable X509Certificate and is not used.",
    ),
    "key-kind": Text(
        nn="Signeringsnøkkelen er av slaget {kind} og blir ikkje brukt. Bruk RSA eller EC.",
        nb="Signeringsnøkkelen er av typen {kind} og blir ikke brukt. Bruk RSA eller EC.",
        en="The signing key is of kind {kind} and is not used. Use RSA or EC.",
    ),
    "certificate-organisation": Text(
        nn="{certificate} er for organisasjonsnummer {found}, og etaten har {wanted}.",
        nb="{certificate} er for organisasjonsnummer {found}, og etaten har {wanted}.",
        en="{certificate} is for organisation number {found}, and the agency's is {wanted}.",
    ),
}

ADVICE: Final[Mapping[str, Text]] = {
    "assertions-not-wanted-signed": Text(
        nn="WantAssertionsSigned er ikkje sann. Påstandane er alltid signerte; krev det.",
        nb="WantAssertionsSigned er ikke sann. Påstandene er alltid signert; krev det.",
        en="WantAssertionsSigned is not true. Assertions are always signed; insist on it.",
    ),
    "key-without-use": Text(
        nn="KeyDescriptor manglar use, og gjeld difor både signering og kryptering.",
        nb="KeyDescriptor mangler use, og gjelder derfor både signering og kryptering.",
        en="The KeyDescriptor has no use, so it counts for signing and for encryption.",
    ),
    "key-several-certificates": Text(
        nn="KeyDescriptor har fleire sertifikat. Berre det første blir brukt.",
        nb="KeyDescriptor har flere sertifikater. Bare det første blir brukt.",
        en="The KeyDescriptor holds several certificates. Only the first is used.",
    ),
    "certificate-expired": Text(
        nn="{certificate} gjekk ut {day}. Nøkkelen verkar enno her, men ikkje overalt.",
        nb="{certificate} gikk ut {day}. Nøkkelen virker ennå her, men ikke overalt.",
        en="{certificate} expired on {day}. Its key still works here, but not everywhere.",
    ),
    "certificate-not-yet-valid": Text(
        nn="{certificate} gjeld frå {day}.",
        nb="{certificate} gjelder fra {day}.",
        en="{certificate} is valid from {day}.",
    ),
    "certificate-expires-soon": Text(
        nn="{certificate} går ut {day}. Legg den neste nøkkelen ved sida av i god tid.",
        nb="{certificate} går ut {day}. Legg den neste nøkkelen ved siden av i god tid.",
        en="{certificate} expires on {day}. Put the next key beside it in good time.",
    ),
    "certificate-hash": Text(
        nn="{certificate} er signert med {hash}. Bruk SHA-256 eller betre.",
        nb="{certificate} er signert med {hash}. Bruk SHA-256 eller bedre.",
        en="{certificate} is signed with {hash}. Use SHA-256 or better.",
    ),
    "encryption-method-weak": Text(
        nn="Svake krypteringsmåtar er lista opp ved sida av betre ({methods}).",
        nb="Svake krypteringsmetoder er listet opp ved siden av bedre ({methods}).",
        en="Weak EncryptionMethods are listed beside better ones ({methods}).",
    ),
    "algorithm-weak": Text(
        nn="{algorithm} er for svak og blir ikkje brukt.",
        nb="{algorithm} er for svak og blir ikke brukt.",
        en="{algorithm} is too weak and is not used.",
    ),
}
