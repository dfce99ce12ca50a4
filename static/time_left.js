"use strict";

// Warns before the login or the session of this page ends, and offers to stay.  The page says at
// the start how long is left; before a word is said the hub is asked, for another tab may have
// been in use.  Without this script the page still says when it ends.

const WARN_MS = 2 * 60 * 1000;
const LOOK_MS = 1000;

const dialog = document.getElementById("time-left");
let endsAt = 0;
let mayStay = false;
let said = ""; // "", "stay", "last" or "over": what the dialog said last
let isBusy = false;

const left = () => endsAt - Date.now();

function learn(known) {
  endsAt = Date.now() + known.seconds * 1000;
  mayStay = known.mayStay;
}

async function ask(method) {
  const body = method === "POST" ? new URLSearchParams({ csrf_token: dialog.dataset.token }) : null;
  const wish = { method, body, cache: "no-store" };
  const answer = await fetch(dialog.dataset.address, wish).catch(() => null);
  if (answer && answer.ok) {
    learn(await answer.json());
  }
}

function say(what) {
  said = what;
  dialog.dataset.said = what;
  for (const part of dialog.querySelectorAll("[data-when]")) {
    part.hidden = part.dataset.when !== what;
  }
  if (what === "") {
    dialog.close();
    return;
  }
  if (!dialog.open) {
    dialog.showModal();
  }
  dialog.querySelector("button:not([hidden])").focus();
}

function wanted() {
  if (left() <= 0) {
    return "over";
  }
  if (left() > WARN_MS) {
    return "";
  }
  return mayStay ? "stay" : "last";
}

async function look() {
  if (isBusy || wanted() === said) {
    return;
  }
  isBusy = true;
  await ask("GET");
  if (wanted() !== said) {
    say(wanted());
  }
  isBusy = false;
}

async function stay() {
  isBusy = true;
  await ask("POST");
  say(wanted());
  isBusy = false;
}

learn({ seconds: Number(dialog.dataset.seconds), mayStay: dialog.dataset.mayStay === "yes" });
dialog.querySelector("button[data-when=stay]").addEventListener("click", stay);
dialog.querySelector("button[data-when=last]").addEventListener("click", () => dialog.close());
dialog.querySelector("button[data-when=over]").addEventListener("click", () => {
  window.location.replace(window.location.href);
});
dialog.addEventListener("cancel", (event) => {
  if (said === "over") {
    event.preventDefault(); // what lies behind belongs to nobody any more
  }
});
setInterval(look, LOOK_MS);
document.addEventListener("visibilitychange", look);
