"use strict";

// A second press while the first is on its way would use up a code twice.
const HOLD_MS = 5000;
let sentAt = -HOLD_MS;

document.addEventListener("submit", (event) => {
  if (event.timeStamp - sentAt < HOLD_MS) {
    event.preventDefault();
  } else {
    sentAt = event.timeStamp;
  }
});

// A page brought back from the browser's memory may be sent again.
window.addEventListener("pageshow", () => {
  sentAt = -HOLD_MS;
});
