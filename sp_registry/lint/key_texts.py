"""What is said of keys, certificates and algorithms."""

from collections.abc import Mapping
from typing import Final

from sp_registry.lint.finding import Text

BREAKS: Final[Mapping[str, Text]] = {
    "metadata-no-signing-key": Text(
        nn="AuthnRequestsSigned er sann, men ingen brukande signeringsnøkkel er oppgitt.",
        nb="AuthnRequestsSigned er sann, men ingen brukbar signeringsnøkkel er oppgitt.",
        en="AuthnRequestsSigned is true, but no usable signing key is given.",
        se="AuthnRequestsSigned lea duohta, muhto ii leat addojuvvon geavahahtti "
        "vuolláičállinčoavdda.",
    ),
    "key-too-small": Text(
        nn="Nøkkelen i {certificate} har {bits} bit. RSA treng minst 2048, EC minst 256.",
        nb="Nøkkelen i {certificate} har {bits} bit. RSA trenger minst 2048, EC minst 256.",
        en="The key of {certificate} has {bits} bits. RSA needs at least 2048, EC at least 256.",
        se="Čoavdagis {certificate} siste leat {bits} bit. RSA dárbbaša unnimusat 2048, EC "
        "unnimusat 256.",
    ),
    "encryption-key-kind": Text(
        nn="Krypteringsnøkkelen er av slaget {kind}; berre RSA kan brukast til kryptering.",
        nb="Krypteringsnøkkelen er av typen {kind}; bare RSA kan brukes til kryptering.",
        en="The encryption key is of kind {kind}; only RSA can be encrypted to.",
        se="Krypterenčoavdda lea šládja {kind}; dušše RSA sáhttá geavahit krypteremii.",
    ),
    "encryption-method": Text(
        nn="Ingen av krypteringsmåtane er god nok ({methods}). Bruk AES-GCM.",
        nb="Ingen av krypteringsmetodene er god nok ({methods}). Bruk AES-GCM.",
        en="None of the EncryptionMethods is good enough ({methods}). Use AES-GCM.",
        se="Ii oktage EncryptionMethod leat doarvái buorre ({methods}). Geavat AES-GCM.",
    ),
    "encryption-key-transport": Text(
        nn="Nøkkelen kan ikkje sendast trygt med {methods}. Bruk RSA-OAEP.",
        nb="Nøkkelen kan ikke sendes trygt med {methods}. Bruk RSA-OAEP.",
        en="The key cannot be sent safely with {methods}. Use RSA-OAEP.",
        se="Čoavdaga ii sáhte sáddet dorvvolaččat {methods} bokte. Geavat RSA-OAEP.",
    ),
    "algorithm-unserved": Text(
        nn="Ingen av alg:SigningMethod er ein algoritme som svara våre blir signerte med.",
        nb="Ingen av alg:SigningMethod er en algoritme som svarene våre blir signert med.",
        en="None of the alg:SigningMethods is an algorithm that our answers are signed with.",
        se="Ii oktage alg:SigningMethod leat algoritma mainna min vástádusat vuolláičállojuvvojit.",
    ),
}

WEAKENS: Final[Mapping[str, Text]] = {
    "signing-key-missing": Text(
        nn="Ingen signeringsnøkkel er oppgitt, så førespurnader og utlogging kan ikkje "
        "signerast.",
        nb="Ingen signeringsnøkkel er oppgitt, så forespørsler og utlogging kan ikke signeres.",
        en="No signing key is given, so requests and logouts cannot be signed.",
        se="Ii leat addojuvvon vuolláičállinčoavdda, nu ahte jearaldagaid ja olggosloggemiid ii "
        "sáhte vuolláičállit.",
    ),
    "requests-not-signed": Text(
        nn="AuthnRequestsSigned er ikkje sann. Fødselsnummer går berre til den som signerer.",
        nb="AuthnRequestsSigned er ikke sann. Fødselsnummer går bare til den som signerer.",
        en="AuthnRequestsSigned is not true. Identity numbers go only to those who sign.",
        se="AuthnRequestsSigned ii leat duohta. Riegádannummirat addojuvvojit dušše sidjiide "
        "geat vuolláičállet.",
    ),
    "encryption-key-missing": Text(
        nn="Ingen krypteringsnøkkel er oppgitt. Fødselsnummer går berre ut kryptert.",
        nb="Ingen krypteringsnøkkel er oppgitt. Fødselsnummer går bare ut kryptert.",
        en="No encryption key is given. Identity numbers go out encrypted only.",
        se="Ii leat addojuvvon krypterenčoavdda. Riegádannummirat sáddejuvvojit dušše "
        "krypterejuvvon.",
    ),
    "key-unreadable": Text(
        nn="KeyDescriptor har ikkje noko lesbart X509Certificate og blir ikkje brukt.",
        nb="KeyDescriptor har ikke noe lesbart X509Certificate og blir ikke brukt.",
        en="The KeyDescriptor has no readable X509Certificate and is not used.",
        se="KeyDescriptoris ii leat lohkahahtti X509Certificate, iige dat geavahuvvo.",
    ),
    "key-kind": Text(
        nn="Signeringsnøkkelen er av slaget {kind} og blir ikkje brukt. Bruk RSA eller EC.",
        nb="Signeringsnøkkelen er av typen {kind} og blir ikke brukt. Bruk RSA eller EC.",
        en="The signing key is of kind {kind} and is not used. Use RSA or EC.",
        se="Vuolláičállinčoavdda lea šládja {kind} iige geavahuvvo. Geavat RSA dahje EC.",
    ),
    "certificate-organisation": Text(
        nn="{certificate} er for organisasjonsnummer {found}, og etaten har {wanted}.",
        nb="{certificate} er for organisasjonsnummer {found}, og etaten har {wanted}.",
        en="{certificate} is for organisation number {found}, and the agency's is {wanted}.",
        se="{certificate} lea organisašuvdnanummira {found} várás, ja etáhtas lea {wanted}.",
    ),
}

ADVICE: Final[Mapping[str, Text]] = {
    "assertions-not-wanted-signed": Text(
        nn="WantAssertionsSigned er ikkje sann. Påstandane er alltid signerte; krev det.",
        nb="WantAssertionsSigned er ikke sann. Påstandene er alltid signert; krev det.",
        en="WantAssertionsSigned is not true. Assertions are always signed; insist on it.",
        se="WantAssertionsSigned ii leat duohta. Duođaštusat leat álo vuolláičállojuvvon; gáibit "
        "dan.",
    ),
    "key-without-use": Text(
        nn="KeyDescriptor manglar use, og gjeld difor både signering og kryptering.",
        nb="KeyDescriptor mangler use, og gjelder derfor både signering og kryptering.",
        en="The KeyDescriptor has no use, so it counts for signing and for encryption.",
        se="KeyDescriptoris váilu use, ja danne dat gusto sihke vuolláičállimii ja krypteremii.",
    ),
    "key-several-certificates": Text(
        nn="KeyDescriptor har fleire sertifikat. Berre det første blir brukt.",
        nb="KeyDescriptor har flere sertifikater. Bare det første blir brukt.",
        en="The KeyDescriptor holds several certificates. Only the first is used.",
        se="KeyDescriptoris leat máŋga sertifikáhta. Dušše vuosttaš geavahuvvo.",
    ),
    "certificate-expired": Text(
        nn="{certificate} gjekk ut {day}. Nøkkelen verkar enno her, men ikkje overalt.",
        nb="{certificate} gikk ut {day}. Nøkkelen virker ennå her, men ikke overalt.",
        en="{certificate} expired on {day}. Its key still works here, but not everywhere.",
        se="{certificate} nogai {day}. Čoavdda doaibmá ain dáppe, muhto ii juohke sajis.",
    ),
    "certificate-not-yet-valid": Text(
        nn="{certificate} gjeld frå {day}.",
        nb="{certificate} gjelder fra {day}.",
        en="{certificate} is valid from {day}.",
        se="{certificate} gusto {day} rájes.",
    ),
    "certificate-expires-soon": Text(
        nn="{certificate} går ut {day}. Legg den neste nøkkelen ved sida av i god tid.",
        nb="{certificate} går ut {day}. Legg den neste nøkkelen ved siden av i god tid.",
        en="{certificate} expires on {day}. Put the next key beside it in good time.",
        se="{certificate} nohká {day}. Bija boahtte čoavdaga dan báldii áiggil.",
    ),
    "certificate-hash": Text(
        nn="{certificate} er signert med {hash}. Bruk SHA-256 eller betre.",
        nb="{certificate} er signert med {hash}. Bruk SHA-256 eller bedre.",
        en="{certificate} is signed with {hash}. Use SHA-256 or better.",
        se="{certificate} lea vuolláičállojuvvon {hash}:in. Geavat SHA-256 dahje buoret.",
    ),
    "encryption-method-weak": Text(
        nn="Svake krypteringsmåtar er lista opp ved sida av betre ({methods}).",
        nb="Svake krypteringsmetoder er listet opp ved siden av bedre ({methods}).",
        en="Weak EncryptionMethods are listed beside better ones ({methods}).",
        se="Heajos krypterenvuogit leat listejuvvon buorebuid báldii ({methods}).",
    ),
    "algorithm-weak": Text(
        nn="Desse algoritmane er for svake og blir ikkje brukte: {algorithms}.",
        nb="Disse algoritmene er for svake og blir ikke brukt: {algorithms}.",
        en="These algorithms are too weak and are not used: {algorithms}.",
        se="Dát algoritmmat leat menddo heajut eaige geavahuvvo: {algorithms}.",
    ),
    "encryption-method-idle": Text(
        nn="EncryptionMethod seier ingenting om ein nøkkel som berre er for signering. Var "
        "nøkkelen meint for kryptering òg?",
        nb="EncryptionMethod sier ingenting om en nøkkel som bare er for signering. Var nøkkelen "
        "ment for kryptering også?",
        en="EncryptionMethod says nothing of a key that is for signing alone. Was the key meant "
        "for encryption too?",
        se="EncryptionMethod ii muital maidege čoavdagis mii lea dušše vuolláičállima várás. "
        "Oaivvilduvvuigo čoavdda krypteremii maid?",
    ),
    "encryption-key-old": Text(
        nn="Svara blir krypterte til {certificate}, som har gått ut, endå ein nyare nøkkel står "
        "bak. Ta bort den gamle når den nye er i bruk.",
        nb="Svarene blir kryptert til {certificate}, som har gått ut, enda en nyere nøkkel står "
        "bak. Ta bort den gamle når den nye er i bruk.",
        en="Answers are encrypted to {certificate}, which has expired, though a newer key stands "
        "behind it. Take the old one out once the new one is in use.",
        se="Vástádusat krypterejuvvojit {certificate}:i, mii lea nohkan, vaikko ođđaset čoavdda "
        "lea dan maŋis. Váldde boares čoavdaga eret go ođas lea atnus.",
    ),
}
