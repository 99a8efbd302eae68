// Entries wait here while the connection is away. placement/access/outbox.py says who can read them, and why each counts once.
(() => {
  "use strict";
  const AWAY = [250, 1000, 2000, 5000, 10000, 20000, 30000]; // ms until the next try
  const [PATIENCE, SLOW, TWICE, FAR_OFF, FAULTS] = [15000, 1500, 700, 300000, 6]; // ms, and how many
  const lock = document.querySelector("form[data-lock]");
  const token = lock && lock.elements.csrfmiddlewaretoken.value;
  const told = JSON.parse(lock?.dataset.outbox || "null");
  const writing = new Set();
  const keys = new Map(); // by salt; only in this page's memory, and no script can read them out
  let mine = [], sealed = [], newest = 0, others = 0, tries = 0, away = false, sent = 0, stopped = "", shut = false, ready = false;
  let said = []; // what became of the entries that were taken back: words, and where to look

  // What the tablet keeps.
  const opened = () => opened.once ??= new Promise((yes, no) => {
    const ask = indexedDB.open("outbox", 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore("entries", { keyPath: "key" });
    ask.onsuccess = () => yes(ask.result);
    ask.onerror = () => no(ask.error);
  });
  async function kept(mode, act, durability = "strict") {
    const box = (await opened()).transaction("entries", mode, { durability });
    const ask = act(box.objectStore("entries"));
    await new Promise((yes, no) => { box.oncomplete = yes; box.onerror = box.onabort = () => no(box.error); });
    return ask.result;
  }
  async function drop(one) {
    mine = mine.filter((other) => other !== one);
    await kept("readwrite", (box) => box.delete(one.key), "relaxed"); // back after a crash, it is known to the server
  }
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  async function write(one) {
    const { key, n, form, late, tried, sending, ...rest } = one, iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, keys.get(told.salt), new TextEncoder().encode(JSON.stringify(rest)));
    await kept("readwrite", (box) => box.put({ key, n, owner: told.owners[0], salt: told.salt, back: Boolean(one.back), iv, data }));
  }
  async function read(row) {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, keys.get(row.salt), row.data);
    return { ...JSON.parse(new TextDecoder().decode(plain)), key: row.key, n: row.n, tried: true }; // perhaps before a restart
  }

  // The time at which it happened, by the server's clock as it was told with the page.
  const loaded = performance.getEntriesByType("navigation")[0]?.responseStart || 0;
  const last = { server: told?.now || Date.now(), page: loaded };
  let offset = last.server - (performance.timeOrigin + loaded);
  const happened = () => Math.round(Math.max(Date.now() + offset, last.server + performance.now() - last.page));
  function setClock(date) { // seconds only
    const server = Date.parse(date || "");
    if (Number.isNaN(server) || Math.abs(server - Date.now() - offset) < 3000) return;
    [offset, last.server, last.page] = [server - Date.now(), server, performance.now()];
  }

  function entryOf(form, button) {
    const to = new URL(form.getAttribute("action") || location.href, location.href);
    const fields = [...new FormData(form, button)]
      .filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken")
      .map(([name, value]) => [name, value.replace(/\r?\n/g, "\r\n")]);
    const clock = Math.abs(offset) > FAR_OFF ? Math.round(-offset / 1000) : 0;
    const tile = form.closest("article.tile")?.id || "", key = form.elements.form_key.value;
    const zone = form.closest("[data-zone]")?.dataset.zone || told.zone;
    return { key, zone, to: to.pathname + to.search, fields, page: told.salt, made: happened(), clock, tile, what: form.dataset.outbox, faults: 0, form };
  }

  async function take(form, button) {
    const one = entryOf(form, button);
    mine = mine.filter((old) => old.key !== one.key); // corrected: the new text stands in place of the old one
    one.n = newest = Math.max(one.made, newest + 1 / 1024);
    const work = write(one);
    writing.add(work);
    try {
      await work;
    } catch { // no room on the device: sent as it is, as without script
      if (shut) return;
      form.removeAttribute("data-outbox");
      release(form);
      return form.requestSubmit(button);
    } finally {
      writing.delete(work);
    }
    if (shut) return; // it waits
    mine.push(one);
    mine.sort((two, other) => two.n - other.n);
    if (away) free(one);
    paint();
    if (one.tile) setTimeout(() => { one.late = true; free(one); paint(); }, SLOW);
    await drain();
  }

  const tell = (what, at = document) => at.dispatchEvent(new CustomEvent(what, { bubbles: true }));
  const release = (form) => tell("outbox:free", form);
  function free(one) { // the form can be used again: what it held is safe
    const form = one.form;
    one.form = null;
    if (!form || !form.isConnected) return;
    if (!one.tile) form.reset();
    form.elements.form_key.value = crypto.randomUUID();
    release(form);
  }

  // What the server says: one entry after the other, in the order in which they were made.
  async function send(one) {
    if (one.back) return leave(one);
    const here = Boolean(one.form && one.form.isConnected);
    const headers = { Outbox: JSON.stringify({ owner: told.owners[0], page: one.page, made: one.made, clock: one.clock, hand: here }) };
    if (here && one.tile) headers["HX-Request"] = "true";
    const body = new URLSearchParams([...one.fields, ["csrfmiddlewaretoken", token]]);
    const cut = !navigator.onLine;
    let answer, text;
    try {
      answer = await fetch(one.to, { method: "POST", body, headers, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      text = await answer.text();
    } catch {
      one.tried ||= !(cut && !navigator.onLine); // it may have come through: only the answer is lost for sure
      return { away: true };
    }
    if (answer.type === "opaqueredirect") return { stop: "signed out" };
    if (answer.status === 409) return { stop: "Somebody else is signed in on this tablet now. Your entries wait for you: sign in again to send them." };
    if (answer.status === 403) return { stop: "This page is out of date. Load it again to send what waits." };
    if (answer.status === 410) return { refused: [text], old: true };
    if (answer.status === 429 || answer.status >= 500) return { away: true, fault: answer.status >= 500 };
    setClock(answer.headers.get("date"));
    if (answer.ok && answer.headers.get("Outbox") === "saved") return { saved: true, html: text };
    if (answer.ok && (answer.headers.get("content-type") || "").includes("json")) return { saved: true, to: JSON.parse(text).to };
    if (!answer.ok) return { refused: ["This is not open to you any more: the young person has moved, or you don’t work in this home now. Tell the administrator of the home."] };
    const page = new DOMParser().parseFromString(text, "text/html");
    const said = [...page.querySelectorAll("main [data-focus] li, main .usa-alert--error .usa-alert__text, .tile .usa-alert--error .usa-alert__text")];
    return { refused: said.length ? said.map((part) => part.textContent.trim()) : ["The server did not take this. Look at it once more."] };
  }

  // Taken back, but perhaps saved before: the server says so, and takes nothing with its id any more.
  async function leave(one) {
    const body = new URLSearchParams([["key", one.key], ["csrfmiddlewaretoken", token]]);
    try {
      const answer = await fetch(lock.dataset.outboxBack, { method: "POST", body, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.type === "opaqueredirect") return { stop: "signed out" };
      if (!answer.ok) return { away: true };
      const { saved } = await answer.json();
      return { back: true, to: saved };
    } catch { return { away: true }; }
  }
  function say(words, to = "") { // what leads somewhere stays
    said = [...said.filter((one) => one.to), { words, to }];
  }
  async function takeBack(one) {
    const clean = !one.tried && !one.sending && await navigator.locks.request("outbox", { ifAvailable: true }, async (alone) => {
      if (alone) await drop(one);
      return Boolean(alone); // no other window sends it
    });
    if (clean) {
      say(`Taken back: ${one.what}, ${clock(one)}. Nothing was sent.`);
    } else {
      one.back = true;
      await write(one);
    }
    free(one);
    paint();
    drain();
  }

  let running = false, again = null;
  async function drain() {
    if (running || !ready || shut) return;
    running = true;
    clearTimeout(again);
    try { await navigator.locks.request("outbox", sendAll); } finally { running = false; }
  }
  const isToSend = (one) => one.back || (!one.refused && (one.form || !onThisPage(one))); // somebody is correcting it here
  async function sendAll() {
    let stale = false;
    if (sealed.some((row) => !keys.has(row.salt)) && !await unseal()) return later();
    for (let one; !shut && (one = mine.find(isToSend)); paint()) {
      const row = await kept("readonly", (box) => box.get(one.key));
      one.back ||= Boolean(row?.back); // in another window
      if (!row && !one.back) { // another window has sent it
        mine = mine.filter((other) => other !== one);
        continue;
      }
      one.sending = true;
      const answer = await send(one);
      one.sending = false;
      if (shut) return;
      if (answer.stop) {
        stopped = answer.stop;
        if (stopped === "signed out") tell("outbox:over");
        break;
      }
      if (answer.away) {
        later();
        if (answer.fault && ++one.faults >= FAULTS) { // the ones behind it do not wait for a fault of ours
          one.refused = ["The server has a fault with this entry. Try it again later, or write it on paper and tell your supervisor."];
          await write(one);
        }
        break;
      }
      [away, tries, stopped] = [false, 0, ""];
      if (answer.back) {
        await drop(one);
        if (answer.to) say(`Saved before you took it back: ${one.what}, ${clock(one)}. Mark it there as “Written by mistake”.`, answer.to);
        else say(`Taken back: ${one.what}, ${clock(one)}. It was not saved.`);
        continue;
      }
      if (one.back) { // taken back while it was on its way
        one.tried = true;
        continue;
      }
      if (answer.refused) {
        [one.refused, one.old] = [answer.refused, Boolean(answer.old)];
        await write(one);
        if (one.form && one.form.isConnected && !one.tile) { one.form.submit(); break; } // the page says what is wrong, at its fields
        free(one);
        continue;
      }
      await drop(one);
      const tile = answer.html && document.getElementById(one.tile);
      if (tile) {
        htmx.swap(tile, answer.html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 20 });
      } else if (one.form && one.form.isConnected && !one.tile && answer.to) {
        tell("outbox:left");
        return location.assign(answer.to);
      } else { free(one); stale = true; sent += 1; }
    }
    paint();
    if (stale) refresh();
  }
  function later() {
    again = setTimeout(drain, AWAY[Math.min(tries++, AWAY.length - 1)]);
    away = tries > 1 || !navigator.onLine;
    if (away) mine.forEach(free);
    paint();
  }
  async function unseal() { // what was written on another page of this person's waits with the salt of its key
    const body = new URLSearchParams([...new Set(sealed.map((row) => row.salt))].map((salt) => ["salt", salt]));
    body.append("csrfmiddlewaretoken", token);
    try {
      const answer = await fetch(lock.dataset.outboxKeys, { method: "POST", body, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.type === "opaqueredirect") tell("outbox:over");
      const given = answer.ok ? await answer.json() : {};
      if (shut) return false;
      for (const [salt, key] of Object.entries(given)) keys.set(salt, await usable(key));
      await fill();
      return answer.ok;
    } catch { return false; }
  }
  async function refresh() {
    if (!document.getElementById("people")) return;
    try {
      const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" });
      if (answer.ok && !covered()) htmx.swap("#people", await answer.text(), { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 20 }, { select: "#people", selectOOB: "#facts" });
    } catch { /* the page says what it said before */ }
  }

  // What the person sees.
  const part = (kind, text, name = "") => {
    const made = document.createElement(kind);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  };
  const clock = (one) => new Date(one.made).toLocaleTimeString("en-US", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: one.zone });
  const entries = (n) => (n === 1 ? "1 entry" : `${n} entries`);
  const verb = (n) => (n === 1 ? "waits" : "wait");
  const press = (text, act, name = "button plain") => {
    const button = part("button", text, name);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  };

  const covered = () => shut || document.documentElement.classList.contains("covered");
  function paint() {
    if (covered()) return;
    const waiting = mine.filter((one) => !one.refused && !one.back && !(one.form && !away && !one.late));
    paintTiles(waiting);
    paintLine(waiting);
    paintRefused(mine.filter((one) => one.refused && !onThisPage(one)));
  }
  function backButton(one) {
    const button = press("Take back", () => { button.disabled = true; takeBack(one); }, "button plain small");
    button.setAttribute("aria-label", `Take back: ${one.what}, ${clock(one)}`);
    return button;
  }
  function paintTiles(waiting) {
    const tiles = Map.groupBy ? Map.groupBy(waiting, (one) => one.tile) : waiting.reduce((all, one) => all.set(one.tile, [...(all.get(one.tile) || []), one]), new Map());
    document.querySelectorAll(".tile .waits").forEach((old) => {
      const list = tiles.get(old.closest(".tile").id);
      if (list && old.dataset.of === list.map((one) => one.key).join()) tiles.delete(old.closest(".tile").id);
      else old.remove();
    });
    tiles.forEach((list, id) => {
      const tile = id && document.getElementById(id);
      if (!tile) return;
      const box = part("div", "", "waits");
      box.dataset.of = list.map((one) => one.key).join();
      list.slice(-3).forEach((one) => {
        const row = part("p", "");
        row.append(part("span", `Waiting: ${one.what.split(" for ")[0]} ${clock(one)}`, "tag due"), " ", backButton(one));
        box.append(row);
      });
      if (list.length > 3) box.append(part("p", `and ${list.length - 3} more, below`, "soft"));
      tile.append(box); // below: no button moves away under a finger
    });
  }
  function place(id, make, show) {
    let box = document.getElementById(id);
    if (!show) return box && box.remove();
    if (!box) { box = make(); box.id = id; }
    return box;
  }
  function paintLine(waiting) {
    const words = [];
    const count = waiting.length + sealed.length;
    if (count) words.push(`${entries(count)} ${verb(count)} for the connection.`);
    if (stopped && stopped !== "signed out") words.push(stopped);
    else if (away) words.push("Keep this page open: its buttons work, other pages don’t. What waits is safe, also after a restart.");
    if (!count && sent) words.push(`${entries(sent)} that waited ${sent === 1 ? "is" : "are"} sent.`);
    if (others) words.push(`${entries(others)} of ${told ? "a colleague" : "somebody who is not signed in"} ${verb(others)} on this tablet until they sign in here.`);
    const backs = mine.filter((one) => one.back).length;
    if (backs) words.push(`${entries(backs)} that you took back may have been saved before: this page looks when there is a connection.`);
    const box = place("outbox", () => {
      const made = part("div", "", "outbox"), line = part("p", "");
      line.setAttribute("role", "status");
      made.append(line, part("ul", "", "stack-s"), part("details", ""));
      made.lastChild.append(part("summary", "What waits"), part("ul", "", "stack-s"));
      (document.querySelector(".dock") || document.querySelector("main")).prepend(made);
      return made;
    }, words.length || said.length);
    if (!box) return;
    const [line, news, list] = box.children;
    if (line.textContent !== words.join(" ")) line.textContent = words.join(" ");
    news.hidden = !said.length;
    const lines = said.map((one) => one.words).join();
    if (news.dataset.of !== lines) news.replaceChildren(...said.map(({ words, to }) => {
      const item = part("li", words);
      if (to) {
        const link = part("a", "Open it");
        link.href = to;
        item.append(" ", link);
      }
      return item;
    }));
    news.dataset.of = lines;
    list.hidden = !waiting.length;
    const now = waiting.map((one) => one.key).join();
    if (list.dataset.of === now) return;
    list.dataset.of = now;
    list.lastChild.replaceChildren(...waiting.map((one) => {
      const item = part("li", `${one.what}, ${clock(one)} `);
      item.append(backButton(one));
      return item;
    }));
  }
  const onThisPage = (one) => [...document.querySelectorAll("input[name=form_key]")].some((field) => field.value === one.key);
  function paintRefused(refused) {
    const box = place("not-taken", () => {
      const made = part("section", "", "paper stack-s");
      made.setAttribute("aria-label", "Not saved");
      document.getElementById("main").prepend(made);
      return made;
    }, refused.length);
    if (!box || box.dataset.of === String(refused.map((one) => [one.key, one.refused]))) return;
    box.dataset.of = String(refused.map((one) => [one.key, one.refused]));
    box.replaceChildren(part("h2", "Not saved: look at it"), ...refused.map((one) => {
      const item = part("div", "", "stack-s not-taken");
      item.append(part("p", `${one.what}, ${clock(one)}`, "what"), part("p", one.refused.join(" ")));
      const typed = one.fields.filter(([name, value]) => value && !["form_key", "version", "words_seen"].includes(name) && !/^[0-9a-f-]{36}$/.test(value));
      const list = part("dl", "", "pairs");
      typed.forEach(([name, value]) => list.append(part("dt", name.replace(/[_-]+/g, " ").replace(/^./, (letter) => letter.toUpperCase())), part("dd", value.replace("|", ": "), "pre")));
      item.append(list);
      const actions = part("div", "", "actions");
      if (one.old) actions.append(part("p", "It is not sent any more.", "soft"));
      else if (!one.tile) actions.append(press("Correct it and send it", () => correct(one), "button"));
      else actions.append(press("Send it again", () => { delete one.refused; one.faults = 0; write(one).then(drain); paint(); }, "button"));
      actions.append(press("Throw it away", () => drop(one).then(paint)));
      item.append(actions);
      return item;
    }));
  }
  async function correct(one) { // its own page shows it again, with what is wrong; saved there, it is known here as sent
    delete one.refused;
    await write(one);
    const form = document.createElement("form");
    [form.method, form.action, form.hidden] = ["post", one.to, true];
    [...one.fields, ["csrfmiddlewaretoken", token]].forEach(([name, value]) => {
      const field = document.createElement("textarea");
      [field.name, field.value] = [name, value];
      form.append(field);
    });
    document.body.append(form);
    form.submit();
  }

  function forget() { // after a lock nothing is left that could read what waits; what was just tapped is written first
    [shut, ready, mine, sealed, said] = [true, false, [], [], []];
    clearTimeout(again);
    Promise.allSettled(writing).then(() => keys.clear());
  }
  async function fill() {
    const rows = await kept("readonly", (box) => box.getAll());
    if (shut) return;
    const own = rows.filter((row) => told?.owners.includes(row.owner)), known = new Set(mine.map((one) => one.key));
    others = rows.length - own.length;
    sealed = own.filter((row) => !keys.has(row.salt));
    for (const row of own) {
      if (!keys.has(row.salt) || known.has(row.key)) continue;
      try { mine.push(await read(row)); } catch { sealed.push(row); } // not as this person has written it
    }
    if (shut) [mine, sealed] = [[], []];
    mine.sort((one, other) => one.n - other.n);
    newest = Math.max(newest, ...rows.map((row) => row.n));
  }

  const usable = (key) => crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
  async function begin() {
    lock?.removeAttribute("data-outbox");
    const { key } = told || {};
    delete told?.key;
    if (!window.isSecureContext || !window.indexedDB || (lock && !told)) return;
    if (told) keys.set(told.salt, await usable(key));
    if (shut) return keys.clear();
    await fill();
    ready = Boolean(told) && !shut;
    paint();
    if (ready) drain();
  }
  const begun = begin().catch(() => { ready = false; });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!ready || !form.matches("form[data-outbox]") || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (performance.now() - (form.taken || -TWICE) < TWICE) return setTimeout(() => release(form)); // a double tap counts once
    form.taken = performance.now();
    take(form, event.submitter);
  }, true);
  document.addEventListener("click", async (event) => { // a page that does not come would take this one with it
    const link = event.target.closest("a[href]");
    if (!(away || writing.size) || !link || event.defaultPrevented || link.target || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    try {
      await Promise.allSettled(writing);
      if (away) await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(3000) });
      away = false;
      location.assign(link.href);
    } catch { paint(); document.getElementById("outbox")?.scrollIntoView({ block: "nearest" }); }
  });
  addEventListener("beforeunload", (event) => { if (away && !shut && document.querySelector("form[data-outbox]")) event.preventDefault(); });
  addEventListener("online", () => { tries = 0; drain(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && ready) fill().then(drain); });
  addEventListener("htmx:load", paint);
  addEventListener("screen:lock", forget);
  begun.then(() => { document.documentElement.dataset.outboxReady = String(ready); });
})();
