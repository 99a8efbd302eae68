// The pages on which somebody tells us something on a borrowed or shared device: nothing of what was typed or shown stays behind.
// It keeps nothing in the browser. Without it the pages work, and no cache keeps them.
(() => {
  "use strict";
  const WARN = 90000, OVER = 30000; // ms without a touch: two minutes in all
  const start = document.body.dataset.start, note = document.createElement("p");
  let waiting = 0;
  history.replaceState(null, "", location.href); // what was posted goes out of the browser's own records: Back and reload open an empty page

  function empty() {
    document.querySelectorAll("form").forEach((form) => form.reset());
    document.querySelectorAll("input, textarea").forEach((field) => { field.value = ""; });
    document.body.replaceChildren();
  }
  function leave() {
    empty();
    location.replace(start);
  }
  function ask() {
    note.textContent = document.body.dataset.idle;
    note.className = "tell-idle";
    note.setAttribute("role", "alert");
    document.body.append(note);
    waiting = setTimeout(leave, OVER);
  }
  function touched() {
    clearTimeout(waiting);
    note.remove();
    waiting = setTimeout(ask, WARN);
  }
  for (const what of ["pointerdown", "keydown", "input", "scroll", "touchmove"]) addEventListener(what, touched, { passive: true });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-empty]")) return;
    event.preventDefault();
    leave();
  });
  document.addEventListener("submit", (event) => event.target.querySelector("[type=submit]").classList.add("busy"));
  addEventListener("pagehide", empty);
  addEventListener("pageshow", (event) => { if (event.persisted) location.replace(start); });
  document.querySelector("[data-focus]")?.focus();
  touched();
})();
