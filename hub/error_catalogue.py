"""Every error that a browser can meet: whose it is, what caused it, what mends it.

Written for the developer at an agency or at the hub, in English, and shown at
`/errors`.  What the citizen reads instead stands in `hub.error_pages`.
"""

from dataclasses import dataclass

AGENCY, CITIZEN, HUB, OUTSIDE = "agency", "citizen", "hub", "outside"


@dataclass(frozen=True, slots=True)
class Explained:
    code: str
    whose: str
    cause: str
    fix: str


_TEXTS: dict[str, tuple[str, str, str]] = {
    # Public: stands for every refusal before a request is accepted.
    "request-refused": (
        AGENCY,
        "The message was refused before it was accepted. The exact code is in the trace of this "
        "request, which the agency's own team and the administrators can see; it is not shown "
        "here, since it would tell strangers what is registered.",
        "Ask for the trace of the request id on the page.",
    ),
    # Reading
    "request-missing": (
        AGENCY,
        "The address was opened without a SAMLRequest.",
        "Send the parameter SAMLRequest; people should begin at the service, not at this address.",
    ),
    "request-encoding": (
        AGENCY,
        "A parameter could not be decoded: it is not base64, or the query is not ASCII.",
        "Redirect: DEFLATE, then base64, then percent-encode. POST: base64 alone.",
    ),
    "request-parameter-twice": (
        AGENCY,
        "A SAML parameter came more than once, so it is not clear which one was meant.",
        "Send each of SAMLRequest, RelayState, SigAlg and Signature once.",
    ),
    "request-relay-state": (
        AGENCY,
        "RelayState is longer than 8192 bytes, or is not UTF-8.",
        "Keep the state at the service and send a short reference to it.",
    ),
    "deflate-broken": (
        AGENCY,
        "The message by Redirect is not raw DEFLATE data.",
        "Use DEFLATE without a zlib header (window bits -15).",
    ),
    "deflate-incomplete": (
        AGENCY,
        "The compressed message ends too early.",
        "Send the whole message; look for a proxy that cuts long addresses.",
    ),
    "deflate-too-large": (
        AGENCY,
        "The message is larger than 256 kB when it is unpacked.",
        "An AuthnRequest needs a few kilobytes; use POST for large extensions.",
    ),
    "deflate-trailing": (
        AGENCY,
        "There is data after the end of the compressed message.",
        "Send the DEFLATE stream and nothing after it.",
    ),
    "xml-not-utf8": (AGENCY, "The message is not UTF-8.", "Encode the XML as UTF-8."),
    "xml-byte-order-mark": (
        AGENCY,
        "The message begins with a byte order mark.",
        "Write the XML without a byte order mark.",
    ),
    "xml-comment": (
        AGENCY,
        "The message holds a comment, which some software reads past and some does not.",
        "Remove comments from the message.",
    ),
    "xml-instruction": (
        AGENCY,
        "The message holds a processing instruction.",
        "Remove processing instructions from the message.",
    ),
    "xml-doctype": (
        AGENCY,
        "The message has a DOCTYPE, which SAML has no use for and attackers have.",
        "Send the message without a DOCTYPE.",
    ),
    "xml-not-well-formed": (AGENCY, "The message is not well-formed XML.", "Mend the XML."),
    "xml-too-deep": (
        AGENCY,
        "The message's elements are nested too deeply.",
        "Send a plain AuthnRequest.",
    ),
    "xml-too-large": (
        AGENCY,
        "The message is larger than 256 kB.",
        "An AuthnRequest needs a few kilobytes.",
    ),
    "xml-too-many-parts": (
        AGENCY,
        "The message has too many elements or attributes.",
        "Send a plain AuthnRequest.",
    ),
    "xml-long-namespace": (
        AGENCY,
        "The message has a name space name that is too long.",
        "Use the name spaces of the SAML specification.",
    ),
    # The message itself
    "request-kind": (
        AGENCY,
        "The message is not the kind that this address takes.",
        "Send an AuthnRequest to /saml/sso.",
    ),
    "request-version": (AGENCY, "Version is not 2.0.", 'Set Version="2.0".'),
    "request-id": (
        AGENCY,
        "ID is missing, too long, or holds characters other than letters, digits, _ . and -.",
        "Make an ID of at most 256 such characters, random and new for each message.",
    ),
    "request-issuer": (
        AGENCY,
        "Issuer is missing, too long, has another Format than entity, or differs between the "
        "signed and the unsigned part.",
        "Set Issuer to the entityID of the registered metadata.",
    ),
    "request-instant": (
        AGENCY,
        "IssueInstant is no UTC time.",
        "Write it like 2026-01-31T12:00:00Z.",
    ),
    "request-boolean": (AGENCY, "A boolean is neither true nor false.", "Write true or false."),
    "request-index": (AGENCY, "An index is no whole number.", "Write the index from the metadata."),
    "request-comparison": (
        AGENCY,
        "Comparison is none of exact, minimum, maximum and better.",
        "Use one of the four, or leave it out for exact.",
    ),
    "request-context": (
        AGENCY,
        "RequestedAuthnContext holds other elements than AuthnContextClassRef.",
        "Name classes; declarations are not served.",
    ),
    "request-subject": (
        AGENCY,
        "The Subject holds something other than a NameID.",
        "Leave Subject out, or send a plain NameID that the hub gave.",
    ),
    "request-element-twice": (
        AGENCY,
        "An element that may come once comes several times.",
        "Send it once.",
    ),
    "request-on-behalf-of": (
        AGENCY,
        "The OnBehalfOf value is not registered for this service provider.",
        "Register the value, or leave the extension out.",
    ),
    "request-on-behalf-of-unsigned": (
        AGENCY,
        "OnBehalfOf came in an unsigned request.",
        "Sign the request.",
    ),
    "request-destination": (
        AGENCY,
        "Destination is missing in a signed request, or is not this endpoint byte for byte.",
        "Take the address from the hub's metadata as it stands there.",
    ),
    "request-stale": (
        AGENCY,
        "IssueInstant is more than five minutes ago (three more are given for clocks).",
        "Set the server's clock by NTP, and do not keep requests.",
    ),
    "request-from-the-future": (
        AGENCY,
        "IssueInstant is more than three minutes ahead of our clock.",
        "Set the server's clock by NTP.",
    ),
    "request-repeated": (
        AGENCY,
        "A message with this ID was received before, from another browser or with other content.",
        "Make a new random ID for each request.",
    ),
    # Signatures
    "signature-missing": (
        AGENCY,
        "The request is not signed, and the metadata or the policy says that it must be.",
        "Sign it with the key whose certificate is in the registered metadata.",
    ),
    "signature-incomplete": (
        AGENCY,
        "The query has one of Signature and SigAlg without the other.",
        "Send both.",
    ),
    "signature-several": (
        AGENCY,
        "The message has more than one signature.",
        "By Redirect sign the query only; by POST sign the root element only.",
    ),
    "signature-misplaced": (
        AGENCY,
        "The signature is not where it must be: by POST directly after Issuer, by Redirect in "
        "the query.",
        "Use the signing of the SAML library, for the binding in use.",
    ),
    "signature-shape": (
        AGENCY,
        "The Signature element does not have the parts that SAML prescribes, in their order.",
        "Use the signing of the SAML library.",
    ),
    "signature-reference": (
        AGENCY,
        "The signature does not cover the whole message: its Reference is not the root's ID.",
        "Sign the root element.",
    ),
    "signature-id-twice": (
        AGENCY,
        "Two elements have the same ID.",
        "Make every ID in the message its own.",
    ),
    "signature-transform": (
        AGENCY,
        "The signature uses a transform other than enveloped-signature and exclusive C14N.",
        "Use those two.",
    ),
    "signature-canonicalisation": (
        AGENCY,
        "The signature's canonicalisation is not exclusive C14N.",
        "Use exclusive canonicalisation.",
    ),
    "signature-algorithm": (
        AGENCY,
        "The signature or digest algorithm is not accepted, or does not fit the key.",
        "Use RSA or ECDSA with SHA-256 or better. The administrators can let one service use "
        "RSA-SHA1 until a day that they set.",
    ),
    "signature-no-key": (
        AGENCY,
        "No signing certificate is registered, so a signature cannot be checked.",
        "Register metadata with the signing certificate.",
    ),
    "signature-wrong-key": (
        AGENCY,
        "The signature was made with another key than the registered ones.",
        "Register the new certificate before it is used.",
    ),
    "signature-content-altered": (
        AGENCY,
        "The message was changed after it was signed.",
        "Look for a proxy or a step of the software that rewrites the XML.",
    ),
    "signature-invalid": (
        AGENCY,
        "The signature does not fit the message and the registered keys.",
        "By Redirect sign the parameters exactly as they are sent; compare the certificates.",
    ),
    # The service provider
    "sp-unknown": (
        AGENCY,
        "No approved service provider has this entityID.",
        "Compare Issuer with the registered entityID, byte for byte; ask for approval.",
    ),
    "sp-not-trusted": (
        AGENCY,
        "The service provider is suspended, or its metadata's validUntil has passed.",
        "Register metadata that is valid, or ask the administrators.",
    ),
    "init-not-allowed": (
        AGENCY,
        "A login was begun at the hub for a service provider that has not been allowed it.",
        "Begin at the service, or ask the administrators for logins that begin at the hub.",
    ),
    "consumer-unknown": (
        AGENCY,
        "The address or index asked for is not among the registered AssertionConsumerServices.",
        "Leave it out for the default, or register it.",
    ),
    # Artifacts
    "artifact-missing": (
        AGENCY,
        "The ArtifactResolve has no Artifact, or one that is too long to be ours.",
        "Send the value of SAMLart as it came.",
    ),
    # SOAP envelopes
    "soap-envelope": (
        AGENCY,
        "What came is no SOAP 1.1 Envelope with one Body, and at most a Header before it.",
        "Put the message in the Body of a SOAP 1.1 Envelope.",
    ),
    "soap-body": (
        AGENCY,
        "The SOAP Body holds more than one element, none, or text.",
        "Put one message in the Body and nothing else.",
    ),
    "soap-must-understand": (
        AGENCY,
        "A block in the SOAP Header must be understood, and the hub understands none.",
        "Leave the block out, or its mustUnderstand.",
    ),
    "soap-fault": (
        AGENCY,
        "A SOAP Fault came where a message was expected.",
        "Look for the reason in the log of the one who sent it.",
    ),
    "soap-silent": (
        AGENCY,
        "The service provider's SOAP address did not answer within four seconds.",
        "Answer a LogoutRequest at once, and clean up after that.",
    ),
    "soap-unreachable": (
        AGENCY,
        "The service provider's SOAP address could not be reached, or gave no SOAP answer.",
        "Let the hub reach the address, with a certificate that browsers trust; or publish a "
        "Redirect address for logout.",
    ),
    # Logout
    "logout-name-id": (
        AGENCY,
        "The LogoutRequest names its person by something else than a NameID of the hub's, or "
        "with the qualifiers of another.",
        "Send the NameID as it stood in the assertion, unencrypted.",
    ),
    "logout-session-index": (
        AGENCY,
        "The LogoutRequest has more than a hundred SessionIndexes.",
        "Leave them out to end all sessions of the NameID.",
    ),
    "logout-expired": (
        AGENCY,
        "The LogoutRequest's NotOnOrAfter has passed.",
        "Send it at once, and set the clocks.",
    ),
    "logout-unasked": (
        AGENCY,
        "The LogoutResponse answers no LogoutRequest that still waits for this service "
        "provider's answer.",
        "Answer once, with InResponseTo as the ID of the LogoutRequest that came last.",
    ),
    "logout-status": (
        AGENCY,
        "The LogoutResponse has no StatusCode.",
        "Send a Status with a StatusCode.",
    ),
    "logout-no-endpoint": (
        AGENCY,
        "The service provider asked for a logout by the browser, and its metadata has no "
        "SingleLogoutService where the browser could bring the answer.",
        "Register a SingleLogoutService by HTTP-Redirect or HTTP-POST.",
    ),
    "logout-unknown": (
        CITIZEN,
        "The logout is more than an hour old, or the address is not one of the hub's.",
        "Begin again, or close the browser.",
    ),
    "logout-foreign": (
        CITIZEN,
        "The logout was begun in another browser.",
        "Go on in the browser where it began.",
    ),
    # After acceptance
    "name-id-policy": (
        AGENCY,
        "NameIDPolicy asks for a format or qualifier that is not served.",
        "Ask for transient or persistent, or leave the format out.",
    ),
    "subject-unknown": (
        AGENCY,
        "The request has a Subject, and the person who logged in is not known to the service "
        "provider by that identifier.",
        "Leave Subject out, or send an identifier that the hub gave this service provider.",
    ),
    "binding-unserved": (
        AGENCY,
        "The AssertionConsumerService asked for cannot be answered by the binding asked for.",
        "Ask for HTTP-POST or HTTP-Artifact, as the registered consumer has it, or leave "
        "ProtocolBinding out.",
    ),
    "idp-list": (
        AGENCY,
        "Scoping lists identity providers, and this hub is not among them.",
        "Put the hub's entityID in the IDPList, or leave the list out.",
    ),
    "attribute-index": (
        AGENCY,
        "AttributeConsumingServiceIndex is not in the registered metadata.",
        "Leave it out for all that is released, or register the service.",
    ),
    "encryption-method": (
        AGENCY,
        "The metadata lists only encryption methods that are not accepted.",
        "List AES-128-GCM or AES-256-GCM, or list none. The administrators can let one service "
        "use AES-CBC until a day that they set.",
    ),
    "encryption-key-transport": (
        AGENCY,
        "The metadata lists only key transport methods that are not accepted.",
        "List RSA-OAEP, or list none.",
    ),
    "encryption-key-kind": (
        AGENCY,
        "The encryption certificate's key is not RSA.",
        "Publish an RSA key for encryption.",
    ),
    "encryption-failed": (
        HUB,
        "The assertion could not be encrypted, so it was not sent.",
        "See the log under the request id.",
    ),
    # The citizen's own
    "flow-unknown": (
        CITIZEN,
        "The login was begun more than an hour ago, or never in this hub.",
        "Begin again at the service.",
    ),
    "flow-foreign": (
        CITIZEN,
        "The login was begun in another browser, or cookies are blocked.",
        "Begin again at the service, in one browser that takes cookies.",
    ),
    "flow-over": (
        CITIZEN,
        "The login was completed or cancelled already.",
        "Begin again at the service.",
    ),
    "flow-other-step": (
        CITIZEN,
        "Another tab has moved this login on.",
        "Go on in the other tab.",
    ),
    "form-refused": (
        CITIZEN,
        "The form's token is not this browser's: cookies are blocked, or another site sent it.",
        "Open the page again and send the form from there.",
    ),
    "too-many-attempts": (
        CITIZEN,
        "There were too many wrong tries; the wait grows with each.",
        "Wait as long as the page says.",
    ),
    "too-young": (
        CITIZEN,
        "Somebody registered with two right PIN codes, and the population register says that "
        "they turn 13 in a later year. Nobody learns this without the codes.",
        "Register in the year of the 13th birthday or later.",
    ),
    "no-codes-left": (
        CITIZEN,
        "The person has no valid sheet with unused codes and no other second factor.",
        "Order a new sheet of PIN codes.",
    ),
    "sheet-out-of-use": (
        CITIZEN,
        "A hundred wrong codes of one sheet were tried, by whomever, so it is out of use.",
        "Order a new sheet of PIN codes; with two sheets, choose the newer one.",
    ),
    "session-ended": (
        CITIZEN,
        "The session ended while the answer was being made, so none was sent.",
        "Begin again at the service.",
    ),
    "not-found": (CITIZEN, "There is no page at this address.", "Begin at the front page."),
    "method-not-allowed": (
        CITIZEN,
        "The page does not take this method.",
        "Begin at the front page.",
    ),
    "body-too-large": (
        AGENCY,
        "The posted form is larger than this hub takes.",
        "Send the message alone, at most 512 kB.",
    ),
    # Ours, and the world's
    "busy": (HUB, "More passwords are being checked than there is room for.", "Try again."),
    "outside-failed": (
        OUTSIDE,
        "A system that the hub leans on did not answer.",
        "Try again in a while.",
    ),
    "sms-refused": (
        OUTSIDE,
        "No SMS gateway takes the message: none is set up, the number's country is not served, "
        "or the gateway refused the number.",
        "Log in with a PIN code. Operators find the reason in the outbox, and the countries in "
        "MINID_SMS_COUNTRIES.",
    ),
    "receipt-forged": (
        OUTSIDE,
        "A delivery receipt came without the secret of this installation.",
        "Give the gateway MINID_SMS_REPORT_SECRET as HTTP Basic password, or let it sign.",
    ),
    "receipt-unreadable": (
        OUTSIDE,
        "A delivery receipt is not in the format of the gateway that the settings name.",
        "Compare MINID_SMS_GATEWAY with what the gateway sends.",
    ),
    "store-failed": (HUB, "The database did not do as asked.", "See the log."),
    "registry-unreadable": (HUB, "The published registry cannot be read.", "Run minid doctor."),
    "snapshot-damaged": (
        HUB,
        "A published snapshot does not verify; the last good one stays in use.",
        "Publish again, and look for who changed it.",
    ),
    "internal": (HUB, "A fault of the hub's own.", "See the log under the request id."),
}

CATALOGUE = {code: Explained(code, *texts) for code, texts in _TEXTS.items()}
