"use strict";
// Filters lists and adds exchanges as they happen. Everything works without it but the live page's news.

function filterLists() {
  for (const field of document.querySelectorAll("[data-filter]")) {
    const list = document.getElementById(field.dataset.filter);
    const nothing = document.querySelector(`[data-nothing="${field.dataset.filter}"]`);
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      let shown = 0;
      for (const item of list.children) {
        item.hidden = !item.dataset.name.toLowerCase().includes(wanted);
        shown += !item.hidden;
      }
      nothing.hidden = shown > 0;
    });
  }
}

function cell(row, ...parts) {
  const made = document.createElement("td");
  made.append(...parts);
  row.append(made);
}

function named(tag, text, look) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (look) made.className = look;
  return made;
}

function follow() {
  const table = document.getElementById("live");
  if (!table) return;
  const LONGEST = 500;
  const looks = { pass: "plain", redirect: "rewritten", block: "blocked", surrogate: "blocked" };
  const filters = document.getElementById("filters");
  const state = document.getElementById("state");
  const pause = document.getElementById("pause");
  let waiting = [];

  const fits = (row) =>
    row.dataset.text.toLowerCase().includes(filters.text.value.trim().toLowerCase()) &&
    (!filters.action.value || row.dataset.action === filters.action.value) &&
    (!filters.signals.checked || row.dataset.signals !== "0");
  const refresh = () => { for (const row of table.rows) row.hidden = !fits(row); };
  const isPaused = () => pause.getAttribute("aria-pressed") === "true";

  const show = (told) => {
    const row = document.createElement("tr");
    row.dataset.action = told.action;
    row.dataset.text = `${told.host} ${told.site} ${told.owner}`;
    row.dataset.signals = String(told.shared.length + told.rewritten.length + told.blocked.length);
    const time = named("span", new Date(told.at * 1000).toTimeString().slice(0, 8), "nowrap");
    const words = table.getAttribute(`data-word-${told.action}`) || told.action;
    cell(row, time);
    cell(row, named("span", words, `tag ${looks[told.action] || "plain"}`));
    cell(row, named("bdi", told.host), " ", named("span", told.owner, "faint"));
    cell(row, named("bdi", told.site));
    const about = [];
    for (const outcome of ["shared", "rewritten", "blocked"]) {
      if (told[outcome].length) about.push(named("b", table.dataset[outcome], `is-${outcome}`), ` ${told[outcome].join(", ")} `);
    }
    cell(row, ...about);
    const link = named("a", table.dataset.why);
    link.href = `/why/${Number(told.id)}`;
    cell(row, link);
    row.hidden = !fits(row);
    table.prepend(row);
    while (table.rows.length > LONGEST) table.rows[table.rows.length - 1].remove();
  };

  filters.addEventListener("input", refresh);
  filters.addEventListener("submit", (event) => event.preventDefault());
  pause.addEventListener("click", () => {
    pause.setAttribute("aria-pressed", String(!isPaused()));
    if (!isPaused()) { waiting.forEach(show); waiting = []; }
  });
  const source = new EventSource(`/live/events?after=${Number(table.dataset.newest)}`);
  source.onopen = () => { state.textContent = state.dataset.on; };
  source.onerror = () => { state.textContent = state.dataset.off; };
  source.onmessage = (event) => {
    const told = JSON.parse(event.data);
    if (isPaused()) waiting = [...waiting.slice(1 - LONGEST), told];
    else show(told);
  };
}

filterLists();
follow();
