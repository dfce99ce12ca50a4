"""What is said of the document as a whole: its shape, name, dates and signature."""

from collections.abc import Mapping
from typing import Final

from sp_registry.lint.finding import Text

BREAKS: Final[Mapping[str, Text]] = {
    "file-unreadable": Text(
        nn="Fila kan ikkje lesast: {detail}.",
        nb="Filen kan ikke leses: {detail}.",
        en="The file cannot be read: {detail}.",
        se="Fiilla ii sáhte lohkat: {detail}.",
    ),
    "document-unreadable": Text(
        nn="Dokumentet blir ikkje lese ({detail}). Lever det som vanleg XML i UTF-8.",
        nb="Dokumentet blir ikke lest ({detail}). Lever det som vanlig XML i UTF-8.",
        en="The document is not read ({detail}). Hand it in as plain XML in UTF-8.",
        se="Dokumeanta ii lohkkojuvvo ({detail}). Sádde dan dábálaš XML:an UTF-8:in.",
    ),
    "xml-not-well-formed": Text(
        nn="Dokumentet er ikkje velforma XML ({detail}).",
        nb="Dokumentet er ikke velformet XML ({detail}).",
        en="The document is not well-formed XML ({detail}).",
        se="Dokumeanta ii leat rivttes hámat XML ({detail}).",
    ),
    "xml-doctype": Text(
        nn="Dokumentet har ein DOCTYPE. Ta han bort; slike dokument blir ikkje lesne.",
        nb="Dokumentet har en DOCTYPE. Ta den bort; slike dokumenter blir ikke lest.",
        en="The document has a DOCTYPE. Take it out; such documents are not read.",
        se="Dokumeanttas lea DOCTYPE. Váldde dan eret; dakkár dokumeanttat eai lohkkojuvvo.",
    ),
    "metadata-no-entity": Text(
        nn="Dokumentet er ikkje SAML 2.0-metadata: det manglar ein EntityDescriptor.",
        nb="Dokumentet er ikke SAML 2.0-metadata: det mangler en EntityDescriptor.",
        en="The document is no SAML 2.0 metadata: it has no EntityDescriptor.",
        se="Dokumeanta ii leat SAML 2.0-metadáhta: EntityDescriptor váilu.",
    ),
    "metadata-no-sp-role": Text(
        nn="Dokumentet har ingen SPSSODescriptor for SAML 2.0. "
        "protocolSupportEnumeration må nemne urn:oasis:names:tc:SAML:2.0:protocol.",
        nb="Dokumentet har ingen SPSSODescriptor for SAML 2.0. "
        "protocolSupportEnumeration må nevne urn:oasis:names:tc:SAML:2.0:protocol.",
        en="The document has no SPSSODescriptor for SAML 2.0. "
        "protocolSupportEnumeration must name urn:oasis:names:tc:SAML:2.0:protocol.",
        se="Dokumeanttas ii leat SPSSODescriptor SAML 2.0 várás. protocolSupportEnumeration "
        "ferte namuhit urn:oasis:names:tc:SAML:2.0:protocol.",
    ),
    "metadata-several-entities": Text(
        nn="Dokumentet skildrar fleire tenester. Lever eitt dokument for kvar.",
        nb="Dokumentet beskriver flere tjenester. Lever ett dokument for hver.",
        en="The document describes several services. Hand in one document for each.",
        se="Dokumeanta govvida máŋga bálvalusa. Sádde sierra dokumeantta juohkehaččii.",
    ),
    "metadata-entity-id": Text(
        nn="entityID manglar, har mellomrom i seg eller er lengre enn 1024 teikn.",
        nb="entityID mangler, har mellomrom i seg eller er lengre enn 1024 tegn.",
        en="entityID is missing, holds white space or is longer than 1024 characters.",
        se="entityID váilu, das lea gaska dahje dat lea guhkit go 1024 mearkka.",
    ),
    "entity-id-taken": Text(
        nn="Ei anna teneste har allereie entityID {entity_id}. Kvar teneste må ha sin eigen.",
        nb="En annen tjeneste har allerede entityID {entity_id}. Hver tjeneste må ha sin egen.",
        en="Another service has the entityID {entity_id} already. Each must have its own.",
        se="Nuppi bálvalusas lea juo entityID {entity_id}. Juohke bálvalusas ferte leat iežas.",
    ),
    "metadata-expired": Text(
        nn="validUntil gjekk ut {moment}. Etter det stolar ingen på dokumentet.",
        nb="validUntil gikk ut {moment}. Etter det stoler ingen på dokumentet.",
        en="validUntil passed at {moment}. Nobody trusts the document after that.",
        se="validUntil nogai {moment}. Dan maŋŋá ii oktage luohte dokumentii.",
    ),
}

WEAKENS: Final[Mapping[str, Text]] = {
    "signature-stale": Text(
        nn="Signaturen stemmer ikkje lenger: dokumentet er endra etter at det vart signert.",
        nb="Signaturen stemmer ikke lenger: dokumentet er endret etter at det ble signert.",
        en="The signature no longer holds: the document was changed after it was signed.",
        se="Vuolláičála ii šat doala: dokumeanta lea rievdaduvvon vuolláičállima maŋŋá.",
    ),
}

ADVICE: Final[Mapping[str, Text]] = {
    "signature-unreadable": Text(
        nn="Signaturen kan ikkje kontrollerast ({detail}).",
        nb="Signaturen kan ikke kontrolleres ({detail}).",
        en="The signature cannot be checked ({detail}).",
        se="Vuolláičállaga ii sáhte dárkkistit ({detail}).",
    ),
    "metadata-expires-soon": Text(
        nn="validUntil går ut {moment}, og då sluttar innlogginga. Lever nye metadata før det.",
        nb="validUntil går ut {moment}, og da slutter innloggingen. Lever nye metadata før det.",
        en="validUntil passes at {moment}, and logins end then. Hand in new metadata before that.",
        se="validUntil nohká {moment}, ja dalle sisaloggen bisána. Sádde ođđa metadáhtaid "
        "ovdal dan.",
    ),
    "entity-id-not-ascii": Text(
        nn="entityID {entity_id} har teikn utanfor ASCII, som æ, ø eller å. Det tåler ikkje alle.",
        nb="entityID {entity_id} har tegn utenfor ASCII, som æ, ø eller å. Det tåler ikke alle.",
        en="entityID {entity_id} has letters beyond ASCII. Not all software can take that.",
        se="entityID {entity_id} sisttisdoallá mearkkaid ASCII olggobealde, nugo æ, ø dahje å. "
        "Buot prográmmat eai gierdda dan.",
    ),
    "entity-id-not-uri": Text(
        nn="entityID {entity_id} er ingen URI. Bruk ei adresse i dykkar eige domene.",
        nb="entityID {entity_id} er ingen URI. Bruk en adresse i deres eget domene.",
        en="entityID {entity_id} is no URI. Use an address in a domain of your own.",
        se="entityID {entity_id} ii leat URI. Geavat čujuhusa iežadet domenas.",
    ),
    "schema": Text(
        nn="Dokumentet følgjer ikkje skjemaet: {message}",
        nb="Dokumentet følger ikke skjemaet: {message}",
        en="The document breaks the schema: {message}",
        se="Dokumeanta ii čuovo skema: {message}",
    ),
    "element-order": Text(
        nn="{child} står for seint. Skjemaet krev ei fast rekkjefølgje i {parent}.",
        nb="{child} står for sent. Skjemaet krever en fast rekkefølge i {parent}.",
        en="{child} comes too late. The schema wants a fixed order in {parent}.",
        se="{child} boahtá menddo maŋŋit. Skema gáibida dihto ortnega {parent} siste.",
    ),
    "role-not-read": Text(
        nn="RoleDescriptor er for andre protokollar enn SAML 2.0 og blir ikkje lesen.",
        nb="RoleDescriptor er for andre protokoller enn SAML 2.0 og blir ikke lest.",
        en="RoleDescriptor is for other protocols than SAML 2.0 and is not read.",
        se="RoleDescriptor lea eará protokollaid várás go SAML 2.0 ja dat ii lohkkojuvvo.",
    ),
    "display-name-missing": Text(
        nn="Tenesta har ikkje noko namn (mdui:DisplayName) som kan stå på innloggingssida.",
        nb="Tjenesten har ikke noe navn (mdui:DisplayName) som kan stå på innloggingssiden.",
        en="The service has no name (mdui:DisplayName) that the login page could show.",
        se="Bálvalusas ii leat namma (mdui:DisplayName) maid sáhttá čájehit sisaloggensiiddus.",
    ),
    "contact-missing": Text(
        nn="Ingen teknisk kontakt med e-postadresse er oppgitt (ContactPerson).",
        nb="Ingen teknisk kontakt med e-postadresse er oppgitt (ContactPerson).",
        en="No technical contact with an e-mail address is given (ContactPerson).",
        se="Ii leat addojuvvon teknihkalaš oktavuohta e-poastačujuhusain (ContactPerson).",
    ),
    "name-id-missing": Text(
        nn="NameIDFormat manglar. Tenesta får ein mellombels identifikator (transient).",
        nb="NameIDFormat mangler. Tjenesten får en midlertidig identifikator (transient).",
        en="NameIDFormat is missing. The service is given a transient identifier.",
        se="NameIDFormat váilu. Bálvalus oažžu gaskaboddasaš identifikáhtora (transient).",
    ),
    "name-id-unknown": Text(
        nn="Ingen av NameIDFormat-a kan gjevast ({formats}). "
        "Tenesta får ein mellombels identifikator (transient).",
        nb="Ingen av NameIDFormat-ene kan gis ({formats}). "
        "Tjenesten får en midlertidig identifikator (transient).",
        en="None of the NameIDFormats can be given ({formats}). "
        "The service is given a transient identifier.",
        se="Ii oktage NameIDFormat sáhte addojuvvot ({formats}). Bálvalus oažžu gaskaboddasaš "
        "identifikáhtora (transient).",
    ),
    "contact-example": Text(
        nn="Kontakten har ei adresse som berre er eit døme ({emails}). Ingen får det som blir "
        "sendt dit.",
        nb="Kontakten har en adresse som bare er et eksempel ({emails}). Ingen får det som blir "
        "sendt dit.",
        en="The contact has an address that is only an example ({emails}). Nobody gets what is "
        "sent there.",
        se="Oktavuođas lea čujuhus mii lea dušše ovdamearka ({emails}). Ii oktage oaččo dan mii "
        "dohko sáddejuvvo.",
    ),
    "link-http": Text(
        nn="Sida {url}, som vi lenkjer til, er ikkje https.",
        nb="Siden {url}, som vi lenker til, er ikke https.",
        en="The page {url}, which we link to, is not https.",
        se="Siidu {url}, masa mii liŋket, ii leat https.",
    ),
    "attribute-not-given": Text(
        nn="Tenesta krev attributt som ingen får her ({names}). Sjå til at ho klarer seg utan.",
        nb="Tjenesten krever attributter som ingen får her ({names}). Se til at den klarer seg "
        "uten.",
        en="The service requires attributes that nobody is given here ({names}). See to it that "
        "it does without them.",
        se="Bálvalus gáibida attribuhtaid maid ii oktage oaččo dáppe ({names}). Dárkkis ahte dat "
        "birge daid haga.",
    ),
}
