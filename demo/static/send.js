// Sends the request on; called on the prototype, so that no field can stand in its way.
HTMLFormElement.prototype.submit.call(document.getElementById("saml-request"));
