// Small helps for every page. Without it all pages work: times stay as the server wrote them, forms send as they are.
(() => {
  "use strict";
  const root = document.documentElement;
  const HIDE = "hide-names"; // the only thing we keep in the browser: a yes, until sign-out
  const flag = {
    get: () => { // a page of a shared tablet begins with codes
      try { return (sessionStorage.getItem(HIDE) ?? ("codes" in root.dataset ? "1" : "0")) === "1"; } catch { return "codes" in root.dataset; }
    },
    set: (on) => { try { sessionStorage.setItem(HIDE, on ? "1" : "0"); } catch { /* private window */ } },
  };
  root.classList.toggle(HIDE, flag.get()); // before the first paint
  history.replaceState(history.state, "", location.href); // what was posted to get this page goes out of the browser's own records

  const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const span = (ms) => {
    const minutes = Math.floor(ms / MINUTE), hours = Math.floor(minutes / 60);
    return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
  };
  function tick(scope) {
    scope.querySelectorAll("time[data-due]").forEach((time) => {
      const left = Date.parse(time.dataset.due) - Date.now();
      if (Number.isNaN(left) || Math.abs(left) >= DAY) return;
      time.textContent = left <= -MINUTE ? `${span(-left)} late` : left < MINUTE ? "now" : span(left);
      time.classList.toggle("late-edge", left < MINUTE);
      time.classList.toggle("due-edge", left >= MINUTE);
    });
  }

  function names(on) {
    root.classList.toggle(HIDE, on);
    document.querySelectorAll("[data-hide-names]").forEach((button) => {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(on));
      button.textContent = on ? "Show names" : "Hide names";
    });
  }

  function count(area) {
    const limit = Number(area.dataset.limit), length = [...area.value].length;
    let note = area.nextElementSibling;
    if (!note || !note.matches(".count")) {
      note = document.createElement("span");
      note.className = "count";
      note.setAttribute("aria-live", "polite");
      area.after(note);
    }
    const over = length > limit;
    note.classList.toggle("over", over);
    note.textContent = length < limit * 0.8 ? "" : over
      ? `${(length - limit).toLocaleString("en-US")} characters over the limit`
      : `${(limit - length).toLocaleString("en-US")} characters left`;
  }

  function reach() { // what scrolls sideways must be reachable by keyboard
    document.querySelectorAll(".facts, .scroll, .board").forEach((box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }

  function focusSummary(scope) {
    const summary = scope.querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  function keepNothing() { // the browser writes down what is typed, and gives it to the next person who comes Back: not here
    document.querySelectorAll("form").forEach((form) => { form.autocomplete = "off"; });
  }

  function cover(words) { // nothing of the page is left: what was on it is not behind the cover, it is gone
    const sheet = document.createElement("main"), text = document.createElement("p"), go = document.createElement("button");
    [sheet.className, text.textContent, go.type, go.className, go.textContent] = ["cover", words, "button", "button plain", "Go on"];
    text.setAttribute("role", "status");
    touched = null;
    document.title = "Page";
    root.classList.add("covered");
    sheet.append(text, go);
    document.body.replaceChildren(sheet);
    return { words: text, go };
  }

  function add(form, name, value) {
    const field = document.createElement("textarea"); // keeps line breaks
    [field.name, field.value, field.hidden] = [name, value, true];
    form.append(field);
  }

  function handOver(form, lock) { // what was typed is kept on the server until the same person is back
    const to = new URL(form.getAttribute("action") || location.href, location.href);
    const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    [["kept_to", to.pathname + to.search], ...typed].forEach(([name, value]) => add(lock, name, value));
  }

  const instant = () => ({ clock: Date.now(), page: performance.now() });
  // By the clock or by the page's own time, whichever says more: a clock can be put back, and a page's time stops while a tablet sleeps.
  const since = (then) => Math.max(Date.now() - then.clock, performance.now() - then.page);
  const AWAY = "There is no connection. This screen opens when it is back.";

  // The screen of a tablet that was put down goes dark when the session does, in every window of this browser.
  function watchScreen() {
    const lock = document.querySelector("form[data-lock]");
    if (!lock) return sessionStorage.clear(); // signed out: nothing stays, not even the last address
    const limit = Number(lock.dataset.lock) * MINUTE;
    const windows = "BroadcastChannel" in window ? new BroadcastChannel("screen") : null;
    let last = instant(), told = last, said = last, locked = false, ended;
    const endedThere = new Promise((done) => { ended = done; }); // the window that was locked first ends the session
    const here = () => { // the session counts requests, not keys: say once a minute that somebody is writing
      if (locked || idle()) return;
      last = instant();
      if (since(said) >= 10000) {
        said = last;
        windows?.postMessage("here");
      }
      if (since(told) < MINUTE) return;
      told = last;
      fetch(lock.dataset.here, { method: "POST", body: new URLSearchParams(new FormData(lock)) }).catch(() => {});
    };
    ["pointerdown", "keydown", "scroll"].forEach((kind) => addEventListener(kind, here, { passive: true }));
    // stay: the cover stays until somebody presses "Go on". out: somebody signs out. from: another window has said so.
    lockNow = ({ stay = false, out = false, from = false } = {}) => {
      if (locked) return;
      locked = true; // a second request would come without the session that knows whose words these are
      if (!from) windows?.postMessage("lock");
      if (!out) add(lock, "idle", "1"); // nobody has signed out: on a shared tablet a PIN may take it up
      if (!out) add(lock, "next", location.pathname + location.search);
      const typed = !out && touched && !touched.querySelector("[type=password]");
      if (typed) handOver(touched, lock);
      const sheet = cover(stay ? "" : "Locked.");
      dispatchEvent(new Event("screen:lock"));
      const first = from ? Promise.race([endedThere, pause(5000)]) : Promise.resolve();
      const locking = from && !typed ? first : first.then(() => send(sheet));
      const leave = () => location.replace(out ? lock.dataset.out : lock.dataset.back);
      sheet.go.onclick = () => locking.then(leave);
      if (!stay) locking.then(leave);
    };
    const pause = (time) => new Promise((go) => { setTimeout(go, time); });
    async function send(sheet) { // again and again: without a connection the screen stays covered
      for (;;) {
        try {
          const body = new URLSearchParams(new FormData(lock)), keepalive = body.toString().length < 60000; // also when the window is shut
          const answer = await fetch(lock.action, { method: "POST", body, redirect: "manual", keepalive });
          if (answer.status < 500) return windows?.postMessage("ended");
        } catch { /* said below */ }
        sheet.words.textContent = AWAY;
        await Promise.race([pause(5000), new Promise((again) => { addEventListener("online", again, { once: true }); })]);
      }
    }
    const idle = () => {
      if (since(last) < limit) return false;
      lockNow();
      return true;
    };
    const hide = (from) => { // at once, and also without a connection
      if ("shared" in lock.dataset || touched) return lockNow({ stay: true });
      if (locked || root.classList.contains("covered")) return;
      if (!from) windows?.postMessage("hide");
      const sheet = cover("");
      sheet.go.onclick = () => fetch("/healthz").then(() => location.reload(), () => { sheet.words.textContent = AWAY; });
    };
    addEventListener("outbox:over", () => lockNow());
    addEventListener("screen:hide", () => hide(false));
    windows?.addEventListener("message", ({ data }) => {
      if (data === "here") last = instant();
      else if (data === "hide") hide(true);
      else if (data === "ended") ended();
      else lockNow({ stay: true, from: true });
    });
    setInterval(idle, 15000);
    document.addEventListener("visibilitychange", idle);
    addEventListener("pageshow", (event) => { // a page that the browser had kept in its memory: whose is it now?
      if (!event.persisted) return;
      cover("");
      location.reload();
    });
  }

  let touched = null, sending = false, escaped = -Infinity, lockNow = null;
  addEventListener("DOMContentLoaded", () => {
    names(flag.get());
    tick(document);
    setInterval(() => tick(document), 30000);
    watchScreen();
    keepNothing();
    document.querySelectorAll("[data-cover]").forEach((button) => { button.hidden = false; });
    reach();
    addEventListener("resize", reach);
    focusSummary(document);
    document.querySelectorAll("[data-in-view]").forEach((cell) => cell.scrollIntoView({ block: "nearest", inline: "end" })); // today, in a month
    const narrow = matchMedia("(max-width: 820px)");
    const fold = () => document.querySelectorAll("details[data-fold]").forEach((details) => { details.open = !narrow.matches; });
    if (narrow.matches) fold();
    narrow.addEventListener("change", () => { if (!narrow.matches) fold(); }); // a tablet that is turned: what has room is open
  });
  addEventListener("htmx:load", (event) => { tick(event.target); reach(); keepNothing(); focusSummary(event.target); });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-hide-names]")) {
      flag.set(!flag.get());
      names(flag.get());
    }
    if (event.target.closest("[data-print]")) print();
    if (event.target.closest("[data-cover]")) dispatchEvent(new Event("screen:hide"));
    document.querySelectorAll("details.more[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const soon = event.timeStamp - escaped < 800;
    escaped = soon ? -Infinity : event.timeStamp;
    if (soon) return dispatchEvent(new Event("screen:hide"));
    document.querySelectorAll("details.more[open]").forEach((menu) => { menu.open = false; menu.firstElementChild.focus(); });
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-keep]");
    if (form) touched = form;
    if (event.target.matches("textarea[data-limit]")) count(event.target);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const post = (form.getAttribute("method") || "").toLowerCase() === "post";
    if (form.dataset.sent) { // a second click on the same form
      event.preventDefault();
      return event.stopPropagation();
    }
    if (lockNow && form.matches("[data-lock], [data-switch]")) { // dark at once, and sent when there is a connection
      event.preventDefault();
      event.stopPropagation();
      return lockNow({ out: form.matches("[data-lock]") });
    }
    sending = true;
    if (!post && !form.matches("[hx-post]")) return;
    form.dataset.sent = "yes";
    if (form.matches("[data-download]")) setTimeout(() => ready(document), 4000); // a file comes, the page stays
    // After the browser has gathered the values, or the pressed button's own value would be missing.
    setTimeout(() => form.querySelectorAll("button[type=submit], button:not([type])").forEach((button) => {
      button.classList.add("busy");
      button.setAttribute("aria-disabled", "true");
    }));
  }, true); // before htmx sees it
  function ready(scope) {
    sending = false;
    scope.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button.busy").forEach((button) => {
        button.classList.remove("busy");
        button.removeAttribute("aria-disabled");
      });
    });
  }
  addEventListener("pageshow", () => ready(document));
  addEventListener("htmx:afterRequest", () => ready(document));
  addEventListener("outbox:free", (event) => {
    if (event.target === touched) touched = null;
    ready(event.target.parentElement);
  });
  addEventListener("outbox:left", () => { touched = null; });
  function wallFails(asked) { // the board on the wall: it says that it is old, and goes when its right has ended
    if (asked && asked.status >= 400 && asked.status < 500) return location.reload();
    const time = document.querySelector("#board .as-of");
    if (!time || time.querySelector("b")) return;
    const words = document.createElement("b");
    words.textContent = " · No connection: this is not how it stands now.";
    time.append(words);
  }
  addEventListener("htmx:beforeSwap", (event) => { // the session is over: show the way in, not a page inside a page
    if (!event.detail.xhr.responseURL.includes("/accounts/login/")) return;
    event.preventDefault();
    location.reload();
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((kind) => addEventListener(kind, (event) => {
    const box = document.getElementById("messages");
    if (!box) return wallFails(event.detail.xhr);
    const [alert, body, text] = ["usa-alert usa-alert--error usa-alert--slim", "usa-alert__body", "usa-alert__text"].map((name, depth) => {
      const part = document.createElement(depth === 2 ? "p" : "div");
      part.className = name;
      return part;
    });
    text.textContent = event.detail.xhr && event.detail.xhr.status === 429
      ? "That was not saved: you have opened very many records. What you wrote is kept. Send it in ten minutes, from My work."
      : "That was not saved. Check the connection, load this page again, then press once more.";
    body.append(text);
    alert.append(body);
    box.replaceChildren(alert);
    box.scrollIntoView({ block: "center" });
  }));
  addEventListener("beforeunload", (event) => {
    if (touched && !sending && document.contains(touched)) event.preventDefault();
  });
})();
