// While somebody types: terms that blame and names of other young people are pointed out. Without it the server says so once.
(() => {
  "use strict";
  const WAIT = 800;
  const waiting = new WeakMap(), shown = new WeakMap();

  async function ask(area, box, token) {
    const text = area.value;
    if (!text.trim()) return box.replaceChildren();
    const body = new URLSearchParams({ text, about: area.dataset.about || "", csrfmiddlewaretoken: token.value });
    try { // sent as htmx sends, so that a session that is over keeps nothing of it
      const answer = await fetch(area.dataset.words, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected || area.value !== text) return;
      const hints = (await answer.text()).trim();
      if (hints === shown.get(box)) return; // a screen reader says it once
      shown.set(box, hints);
      box.replaceChildren(document.createRange().createContextualFragment(hints));
    } catch { /* no connection: the server says it when the form is sent */ }
  }

  document.addEventListener("input", (event) => {
    const area = event.target.closest("[data-words]");
    if (!area || !area.form) return;
    const box = document.getElementById(area.dataset.wordsBox), token = area.form.elements.csrfmiddlewaretoken;
    if (!box || !token) return;
    clearTimeout(waiting.get(area));
    waiting.set(area, setTimeout(() => ask(area, box, token), WAIT));
  });
})();
