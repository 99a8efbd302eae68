// Passkeys: the button of a form[data-passkey] asks the browser, and the form sends its answer.
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  function answerOf(credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach((name) => {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    });
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  async function ask(kind, told) {
    const key = { ...told, challenge: bytes(told.challenge) };
    if (kind === "get") return navigator.credentials.get({ publicKey: { ...key, allowCredentials: keys(told.allowCredentials) } });
    const user = { ...told.user, id: bytes(told.user.id) };
    return navigator.credentials.create({ publicKey: { ...key, user, excludeCredentials: keys(told.excludeCredentials) } });
  }

  addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-passkey]").forEach((form) => {
    if (!window.PublicKeyCredential) return; // the text beside the button stays: this browser has no passkeys
    const button = form.querySelector("[data-ask]"), failed = form.querySelector("[data-failed]");
    form.querySelector("[data-none]").hidden = true;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        const credential = await ask(form.dataset.passkey, JSON.parse(form.dataset.challenge).publicKey);
        form.elements.credential.value = answerOf(credential);
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }));
})();
