"""What each quick fix says that it does."""

from collections.abc import Mapping
from typing import Final

from sp_registry.lint.finding import Text

TEXTS: Final[Mapping[str, Text]] = {
    "reorder": Text(
        nn="Set elementa i den rekkjefølgja som skjemaet krev.",
        nb="Sett elementene i den rekkefølgen som skjemaet krever.",
        en="Put the elements in the order that the schema wants.",
        se="Bija elemeanttaid dan ortnegii maid skema gáibida.",
    ),
    "add-use": Text(
        nn="Del nøkkelen i to: ein for signering og ein for kryptering.",
        nb="Del nøkkelen i to: en for signering og en for kryptering.",
        en="Make two of the key: one for signing and one for encryption.",
        se="Juoge čoavdaga guovttin: okta vuolláičállima ja okta krypterema várás.",
    ),
    "sign-only": Text(
        nn="La nøkkelen gjelde berre signering. Ein RSA-nøkkel for kryptering må til i tillegg.",
        nb="La nøkkelen bare gjelde signering. En RSA-nøkkel for kryptering må til i tillegg.",
        en="Let the key count for signing alone. An RSA key for encryption is needed beside it.",
        se="Divtte čoavdaga gustot dušše vuolláičállimii. Lassin dárbbašuvvo RSA-čoavdda "
        "krypteremii.",
    ),
    "add-name-id-format": Text(
        nn="Legg til NameIDFormat transient.",
        nb="Legg til NameIDFormat transient.",
        en="Add the NameIDFormat transient.",
        se="Lasit NameIDFormat transient.",
    ),
    "use-https": Text(
        nn="Byt http med https i adressene. Tenesta må svare der.",
        nb="Bytt http med https i adressene. Tjenesten må svare der.",
        en="Change http to https in the addresses. The service must answer there.",
        se="Molsso http https:in čujuhusain. Bálvalus ferte vástidit doppe.",
    ),
    "remove-signature": Text(
        nn="Ta bort signaturen.",
        nb="Ta bort signaturen.",
        en="Take the signature out.",
        se="Váldde vuolláičállaga eret.",
    ),
    "remove-valid-until": Text(
        nn="Ta bort validUntil som har gått ut.",
        nb="Ta bort validUntil som har gått ut.",
        en="Take out the validUntil that has passed.",
        se="Váldde eret validUntil mii lea nohkan.",
    ),
    "remove-weak-encryption": Text(
        nn="Ta bort dei svake krypteringsmåtane. Programvara må kunne AES-GCM med RSA-OAEP.",
        nb="Ta bort de svake krypteringsmetodene. Programvaren må kunne AES-GCM med RSA-OAEP.",
        en="Take the weak methods out. The software must know AES-GCM with RSA-OAEP.",
        se="Váldde heajos krypterenvugiid eret. Prográmma ferte máhttit AES-GCM ja RSA-OAEP.",
    ),
    "remove-weak-algorithms": Text(
        nn="Ta bort dei svake algoritmane.",
        nb="Ta bort de svake algoritmene.",
        en="Take the weak algorithms out.",
        se="Váldde heajos algoritmmaid eret.",
    ),
    "want-assertions-signed": Text(
        nn="Set WantAssertionsSigned til true.",
        nb="Sett WantAssertionsSigned til true.",
        en="Set WantAssertionsSigned to true.",
        se="Bija WantAssertionsSigned árvvu true.",
    ),
    "remove-foreign-roles": Text(
        nn="Ta bort rollene som ikkje blir lesne.",
        nb="Ta bort rollene som ikke blir lest.",
        en="Take out the roles that are not read.",
        se="Váldde eret rollaid mat eai lohkkojuvvo.",
    ),
    "remove-idle-methods": Text(
        nn="Ta bort EncryptionMethod frå nøklar som berre er for signering.",
        nb="Ta bort EncryptionMethod fra nøkler som bare er for signering.",
        en="Take EncryptionMethod out of keys that are for signing alone.",
        se="Váldde EncryptionMethod eret čoavdagiin mat leat dušše vuolláičállima várás.",
    ),
}
