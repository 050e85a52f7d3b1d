// Keeps the region marked data-live in step with the server: it listens for "something changed" and asks
// htmx to fetch the region again. What a person is typing is never replaced under them.
(() => {
  "use strict";
  const gap = 700; // ms between two refreshes
  let source = null, due = 0, last = 0, busy = false, again = false, text = "", fresh = 0;

  const region = () => document.querySelector("[data-live]");
  const rows = root => [...root.querySelectorAll("[data-row]")];

  // A row is at the same place of the screen before and after, unless the page was at its top.
  function anchor(root) {
    if (window.scrollY < 40) return null;
    const row = rows(root).find(r => r.getBoundingClientRect().bottom > 90);
    return row && { id: row.id, top: row.getBoundingClientRect().top };
  }

  async function refresh() {
    due = 0;
    const old = region();
    if (!old || old.dataset.touched) return;
    if (busy) { again = true; return; }
    busy = true;
    last = Date.now();
    const known = new Set(rows(old).map(r => r.id)), at = anchor(old);
    try {
      await htmx.ajax("GET", old.getAttribute("hx-get"), { source: old, target: old, select: "#live", swap: "outerHTML" });
      mark(known, at);
    } finally {
      busy = false;
      if (again) { again = false; soon(); }
    }
  }

  function mark(known, at) {
    const now = region();
    if (!now) return;
    for (const row of rows(now)) {
      if (known.has(row.id)) continue;
      row.classList.add("is-new");
      if (at) fresh++;
    }
    const same = at && document.getElementById(at.id);
    if (same) window.scrollBy({ top: same.getBoundingClientRect().top - at.top, behavior: "instant" });
    const pill = document.getElementById("arrived");
    pill.hidden = fresh === 0;
    pill.textContent = document.body.dataset.new.replace("0", fresh);
  }

  function soon() {
    if (!due) due = setTimeout(refresh, Math.max(0, last + gap - Date.now()));
  }

  // Only a page that is looked at listens: browsers allow few connections to one server.
  function listen() {
    if (document.hidden || source || !region()) return;
    source = new EventSource("/events");
    source.addEventListener("open", () => { document.documentElement.dataset.listening = "on"; });
    source.addEventListener("change", soon);
    source.addEventListener("error", () => {
      delete document.documentElement.dataset.listening;
      if (source && source.readyState === EventSource.CLOSED) { source = null; setTimeout(listen, 10000); }
    });
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      if (source) source.close();
      source = null;
    } else if (!source) {
      listen();
      soon(); // for what came meanwhile
    }
  });

  document.addEventListener("input", e => {
    const r = region();
    if (r && r.contains(e.target)) r.dataset.touched = "1";
    // Whoever types another value means that one.
    const box = e.target.closest(".choice--other"), pick = box && box.querySelector("[type=radio]");
    if (pick) pick.checked = true;
  });
  const kept = document.querySelector("[data-live] [data-kept]"); // typed before, and refused
  if (kept) region().dataset.touched = "1";

  // The same answer again changes nothing: no flicker, no lost focus.
  document.addEventListener("htmx:beforeSwap", e => {
    if (!e.detail.target || e.detail.target.id !== "live") return;
    if (e.detail.xhr.responseText === text) e.detail.shouldSwap = false;
    text = e.detail.xhr.responseText;
  });

  document.addEventListener("click", e => {
    if (e.target.closest("#arrived")) window.scrollTo({ top: 0, behavior: "smooth" });
  });
  window.addEventListener("scroll", () => {
    if (window.scrollY < 40 && fresh) { fresh = 0; document.getElementById("arrived").hidden = true; }
  }, { passive: true });

  // Arrow keys turn photos; Escape leaves them.
  document.addEventListener("keydown", e => {
    const viewer = document.querySelector(".viewer");
    const rel = { ArrowLeft: "prev", ArrowRight: "next", Escape: "up" }[e.key];
    const link = viewer && rel && viewer.querySelector(`a[rel=${rel}]`);
    if (link) link.click();
  });

  listen();
})();
