"use strict";

// Asks the browser for a passkey, or for a new one, when the form's first button is pressed;
// puts the answer into the hidden fields and sends the form.  What it is worth, the hub says.

const place = document.querySelector("#passkey-get, #passkey-create");
const form = place.closest("form");
const options = JSON.parse(place.dataset.options);

function bytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

function base64url(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const withBytes = (known) => known.map((each) => ({ ...each, id: bytes(each.id) }));

async function used() {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  };
  const { rawId, response } = await navigator.credentials.get({ publicKey });
  return {
    credential_id: base64url(rawId),
    client_data: base64url(response.clientDataJSON),
    authenticator_data: base64url(response.authenticatorData),
    signature: base64url(response.signature),
  };
}

async function created() {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  };
  const { rawId, response } = await navigator.credentials.create({ publicKey });
  return {
    credential_id: base64url(rawId),
    client_data: base64url(response.clientDataJSON),
    attestation: base64url(response.attestationObject),
    transports: response.getTransports ? response.getTransports().join(" ") : "",
  };
}

function tell(what) {
  for (const text of document.querySelectorAll("p[id^='passkey-']")) {
    text.hidden = text.id !== what;
  }
}

let isAsking = false;

async function press() {
  if (isAsking) {
    return;
  }
  isAsking = true;
  tell(null);
  const answer = await asked();
  isAsking = false;
  if (answer) {
    for (const [name, value] of Object.entries(answer)) {
      form.elements[name].value = value;
    }
    form.submit();
  }
}

async function asked() {
  if (!window.PublicKeyCredential) {
    tell("passkey-unsupported");
    return null;
  }
  try {
    return await (place.id === "passkey-get" ? used() : created());
  } catch (fault) {
    // SecurityError: this address cannot have passkeys.
    const known = { InvalidStateError: "passkey-known", SecurityError: "passkey-unsupported" };
    tell(known[fault.name] || "passkey-stopped");
    return null;
  }
}

form.addEventListener("submit", (event) => {
  if (event.submitter && event.submitter.name !== "continue") {
    return;
  }
  if (form.elements.name && form.elements.name.value.trim() === "") {
    return; // the hub says what is missing
  }
  event.preventDefault();
  event.stopPropagation(); // nothing is sent yet, so the next press is no second one
  press();
});
