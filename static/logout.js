"use strict";

// Walks one extra window through the services that only the browser can log out of.  What a
// service's page is, or whether it answers at all, cannot be seen from here: the hub says how
// far each has come, and the window moves on in its time whatever it shows.

const NAME = "minid-logout"; // opening the same name again takes back a window that was cut off
const LOOK = "popup,width=520,height=640";
const POLL_MS = 300;
const WALK_MS = 8000; // for all of them; quick services leave their time to slow ones
const SHORTEST_MS = 2000;
const LONGEST_MS = 5000;

const frame = document.getElementById("logout");
const starter = document.getElementById("logout-walk");
const rows = new Map();
for (const row of frame.querySelectorAll("[data-number]")) {
  rows.set(Number(row.dataset.number), row);
}

const isOpen = (row) => ["not-yet", "pending"].includes(row.dataset.verdict);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function look() {
  const answer = await fetch(`${frame.dataset.page}/state`, { cache: "no-store" }).catch(() => null);
  if (!answer || !answer.ok) {
    return;
  }
  for (const leg of (await answer.json()).legs) {
    const row = rows.get(leg.number);
    row.dataset.verdict = leg.verdict;
    row.querySelector(".leg-verdict").textContent = leg.text;
  }
}

async function settled(row, limit) {
  const until = performance.now() + limit;
  const waiting = [row.dataset.verdict, "pending"]; // the hub may not have heard of it yet
  do {
    await pause(POLL_MS);
    await look();
  } while (waiting.includes(row.dataset.verdict) && performance.now() < until);
}

function limitFor(left, since) {
  const share = (WALK_MS - (performance.now() - since)) / left;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, share));
}

async function walk(event) {
  event.currentTarget.disabled = true;
  document.getElementById("logout-blocked").hidden = true;
  const since = performance.now();
  const legs = [...rows.values()].filter((row) => row.dataset.walk);
  let extra = null;
  for (const [index, row] of legs.entries()) {
    extra = window.open(row.dataset.walk, NAME, LOOK);
    if (!extra) {
      document.getElementById("logout-blocked").hidden = false;
      starter.querySelector("button").disabled = false;
      break;
    }
    delete row.dataset.walk;
    await settled(row, limitFor(legs.length - index, since));
  }
  if (extra) {
    extra.close();
    starter.hidden = true;
  }
  await end();
}

// A link beside each service that is not logged out, once the window has had its turn.
function showLinks(hasWalked) {
  for (const row of rows.values()) {
    const link = row.querySelector("a");
    if (link) {
      link.hidden = row.dataset.verdict === "out" || (!hasWalked && Boolean(row.dataset.walk));
    }
  }
}

async function end() {
  while ([...rows.values()].some((row) => row.dataset.verdict === "pending")) {
    await pause(POLL_MS);
    await look();
  }
  const said = [...rows.values()].map((row) => row.innerText.trim().replace(/\s+/g, " "));
  document.getElementById("logout-status").textContent = said.join(". ");
  showLinks(true);
  if ([...rows.values()].every((row) => row.dataset.verdict === "out")) {
    window.location.replace(frame.dataset.page); // the hub answers who asked, or says that all is well
  }
}

if (starter) {
  starter.hidden = false;
  starter.querySelector("button").addEventListener("click", walk);
}
showLinks(false);
// A tab of its own may have brought an answer meanwhile.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && [...rows.values()].some(isOpen)) {
    look();
  }
});
