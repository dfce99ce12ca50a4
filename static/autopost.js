"use strict";

// An input of the form may be named "submit", so the form's own method is not to be trusted.
const form = document.getElementById("saml-post");
if (form) {
  HTMLFormElement.prototype.submit.call(form);
}
