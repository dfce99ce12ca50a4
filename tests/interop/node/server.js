"use strict";
// Service providers on @node-saml/node-saml and Node's own http server.
//
//   node server.js CONFIGURATION.json
//
// The configuration names the port, the hub (entity id, addresses, certificates), the key,
// and the service providers: each has a path and says whether it signs and takes encryption.
// A login asks as the query of /PATH/login says; /PATH/page shows what was told, as JSON.

const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const { SAML } = require("@node-saml/node-saml");

const COOKIE = "node-saml";
const { port, hub, key, certificate, providers } = JSON.parse(fs.readFileSync(process.argv[2]));
const base = `http://127.0.0.1:${port}`;
const sessions = new Map(); // cookie -> { path -> profile }
const asked = new Map(); // request ids that wait for their answer, of all providers
const cache = {
  saveAsync: async (id, value) => (asked.set(id, value), { value, createdAt: Date.now() }),
  getAsync: async (id) => asked.get(id) ?? null,
  removeAsync: async (id) => (asked.delete(id) ? id : null),
};

function saml(path, query = new URLSearchParams()) {
  const { signs, wantsEncryption } = providers[path];
  const classes = query.getAll("class");
  return new SAML({
    issuer: `${base}/${path}/metadata`,
    callbackUrl: `${base}/${path}/acs`,
    logoutCallbackUrl: `${base}/${path}/slo`,
    entryPoint: hub.login,
    logoutUrl: hub.logout ?? hub.login,
    idpIssuer: hub.entityId,
    idpCert: hub.certificates,
    privateKey: signs ? key : undefined,
    publicCert: signs ? certificate : undefined,
    decryptionPvk: wantsEncryption ? key : undefined,
    signatureAlgorithm: "sha256",
    digestAlgorithm: "sha256",
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
    validateInResponseTo: "always",
    cacheProvider: cache,
    acceptedClockSkewMs: 0,
    skipRequestCompression: query.get("binding") === "post",
    forceAuthn: query.has("force"),
    passive: query.has("passive"),
    identifierFormat: query.get("format"),
    disableRequestedAuthnContext: classes.length === 0,
    authnContext: classes,
    racComparison: query.get("comparison") ?? "exact",
  });
}

const routes = {
  "GET login": async ({ path, url, send }) => {
    const state = url.searchParams.get("state") ?? "";
    const sp = saml(path, url.searchParams);
    if (url.searchParams.get("binding") === "post") {
      return send(200, "text/html; charset=utf-8", await sp.getAuthorizeFormAsync(state));
    }
    return send(303, null, await sp.getAuthorizeUrlAsync(state));
  },
  "POST acs": async ({ path, form, cookie, send }) => {
    const { profile } = await saml(path).validatePostResponseAsync(form);
    if (profile === null) return send(200, "application/json", '{"error": "NoPassive"}');
    const told = { ...profile, relayState: form.RelayState };
    const handle = cookie && sessions.has(cookie) ? cookie : crypto.randomUUID();
    sessions.set(handle, { ...sessions.get(handle), [path]: told });
    return send(303, null, `${base}/${path}/page`, handle);
  },
  "GET page": async ({ path, cookie, send }) => {
    const told = sessions.get(cookie)?.[path] ?? { error: "not logged in" };
    return send(200, "application/json", JSON.stringify(told));
  },
  "GET logout": async ({ path, url, cookie, send }) => {
    const profile = sessions.get(cookie)[path];
    delete sessions.get(cookie)[path];
    const state = url.searchParams.get("state") ?? "";
    return send(303, null, await saml(path).getLogoutUrlAsync(profile, state));
  },
  "GET slo": async ({ path, url, send }) => {
    const sp = saml(path);
    const query = Object.fromEntries(url.searchParams);
    if (!query.Signature) throw new Error("a logout message without a signature");
    const { profile } = await sp.validateRedirectAsync(query, url.search.slice(1));
    if (profile === null) return send(200, "application/json", '{"loggedOut": true}');
    const ended = endSessions(path, profile);
    return send(303, null, await sp.getLogoutResponseUrlAsync(profile, query.RelayState, {}, ended));
  },
};

function endSessions(path, { nameID, sessionIndex }) {
  let ended = false;
  for (const session of sessions.values()) {
    const told = session[path];
    if (told?.nameID === nameID && (!sessionIndex || told.sessionIndex === sessionIndex)) {
      delete session[path];
      ended = true;
    }
  }
  return ended;
}

async function answer(request, response) {
  const url = new URL(request.url, base);
  const [, path, name] = url.pathname.split("/");
  const cookie = new RegExp(`${COOKIE}=([^;]+)`).exec(request.headers.cookie ?? "")?.[1];
  const send = (status, type, text, handle) => {
    if (handle) response.setHeader("Set-Cookie", `${COOKIE}=${handle}; Path=/; HttpOnly`);
    if (status === 303) response.setHeader("Location", text);
    else response.setHeader("Content-Type", type);
    response.writeHead(status).end(status === 303 ? "" : text);
  };
  const route = providers[path] && routes[`${request.method} ${name}`];
  if (!route) return send(404, "text/plain", "no such page");
  try {
    let body = "";
    for await (const part of request) body += part;
    const form = Object.fromEntries(new URLSearchParams(body));
    return await route({ path, url, form, cookie, send });
  } catch (fault) {
    console.error(fault);
    return send(403, "application/json", JSON.stringify({ error: fault.message }));
  }
}

http.createServer(answer).listen(port, "127.0.0.1");
