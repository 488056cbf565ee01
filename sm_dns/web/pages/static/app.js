"use strict";
// Everything works without this file. It counts down to the next edge, keeps the live log going, tells the cells
// of a heat map, looks again for figures that are being computed, tells how long a report has been in the making,
// brings the name of the page into sight, and on a narrow screen what matters.

// On a narrow screen the pages stand in one line that is moved sideways.
const pages = document.querySelector("nav"), current = pages?.querySelector("[aria-current]");
const centre = () => {
  pages.scrollLeft = current.offsetLeft - pages.offsetLeft - (pages.clientWidth - current.clientWidth) / 2;
};
if (current) {
  centre();
  addEventListener("resize", centre);
}

// There, what was found comes first, and the hours of work before those of the night.
const isNarrow = innerWidth < 640;
for (const asked of document.querySelectorAll("details[data-folds]")) asked.open = !isNarrow;
for (const heat of document.querySelectorAll("table.heat")) {
  const [corner, ...hours] = heat.tHead.rows[0].cells;
  if (isNarrow) heat.closest(".scroll").scrollLeft = hours[7].offsetLeft - corner.offsetWidth;
}

if (document.querySelector("[data-pending]")) setTimeout(() => location.reload(), 1000);

for (const place of document.querySelectorAll("[data-countdown]")) {
  const end = Date.now() + 1000 * Number(place.dataset.countdown);
  const { h, m, s } = place.dataset;
  const turn = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    const hours = Math.floor(left / 3600), minutes = Math.floor(left % 3600 / 60);
    place.textContent = (hours ? `${hours} ${h} ` : "") + `${minutes} ${m}` + (hours ? "" : ` ${left % 60} ${s}`);
    if (left > 0) setTimeout(turn, 1000);
    else if (place.closest(".hero")) setTimeout(() => location.reload(), 2000);
  };
  turn();
}

const log = document.getElementById("log");
const button = document.getElementById("pause");
if (log && button) {
  const MOST = 300;
  let after = Number(log.dataset.after), paused = false;
  const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: log.dataset.zone });
  const outcomes = { permitted: log.dataset.permitted, denied: log.dataset.denied,
    would_deny: log.dataset.wouldDeny, exempt: log.dataset.exempt };
  const cell = (row, text, kind) => {
    const place = row.insertCell();
    place.textContent = text;
    if (kind) place.className = kind;
  };
  const take = (line) => {
    const row = log.tBodies[0].insertRow(0);
    cell(row, clock.format(new Date(1000 * line.at)));
    if (line.who) row.insertCell().appendChild(document.createElement("code")).textContent = line.who;
    cell(row, line.service);
    cell(row, outcomes[line.outcome] || line.outcome, line.outcome);
    cell(row, line.visit ? log.dataset.visit : log.dataset.background);
    cell(row, line.queries ?? log.dataset.few, "num");
    after = Math.max(after, line.number);
    document.getElementById("log-empty").hidden = true;
    while (log.tBodies[0].rows.length > MOST) log.tBodies[0].deleteRow(-1);
  };
  const look = async () => {
    if (!paused && !document.hidden) {
      const wanted = new URLSearchParams({ after, service: log.dataset.service, outcome: log.dataset.outcome });
      try {
        const answer = await fetch(`/api/v1/log?${wanted}`);
        if (answer.status === 401) return location.reload();
        if (answer.ok) (await answer.json()).lines.forEach(take);
      } catch { /* the next look will tell */ }
    }
    setTimeout(look, 3000);
  };
  button.addEventListener("click", () => {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
    button.textContent = paused ? button.dataset.go : button.dataset.pause;
  });
  if (log.dataset.page === "0") look();
}

for (const table of document.querySelectorAll("table[data-sentence]")) {
  const place = table.closest(".card").querySelector(".says");
  const heads = table.tHead.rows[0].cells;
  const states = { s: table.dataset.shut, q: table.dataset.opens, p: table.dataset.closes };
  const sentence = (cell) => {
    const state = Object.keys(states).find((name) => cell.classList.contains(name));
    return table.dataset.sentence
      .replace("{day}", cell.parentElement.cells[0].textContent)
      .replace("{hour}", heads[cell.cellIndex].dataset.says)
      .replace("{count}", cell.textContent.trim() || "0")
      .replace("{state}", state ? states[state] : table.dataset.open);
  };
  const tell = (event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    place.textContent = cell.title = sentence(cell);
  };
  // One stop for the whole table; arrows, Home and End go on from cell to cell.
  let here = table.tBodies[0].rows[0]?.cells[1];
  if (here) here.tabIndex = 0;
  table.addEventListener("mouseover", tell);
  table.addEventListener("focusin", tell);
  table.addEventListener("keydown", (event) => {
    const row = event.target.closest("td")?.parentElement;
    if (!row) return;
    const at = event.target.cellIndex, body = table.tBodies[0].rows, line = row.sectionRowIndex;
    const next = { ArrowRight: row.cells[at + 1], ArrowLeft: at > 1 && row.cells[at - 1],
      ArrowDown: body[line + 1]?.cells[at], ArrowUp: body[line - 1]?.cells[at],
      Home: row.cells[1], End: row.cells[row.cells.length - 1] }[event.key];
    if (!next) return;
    event.preventDefault();
    here.removeAttribute("tabindex");
    here = next;
    here.tabIndex = 0;
    here.focus();
  });
}

for (const form of document.querySelectorAll("form[data-working]")) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget || form.getAttribute("aria-busy")) return;
    const place = form.appendChild(document.createElement("p"));
    place.setAttribute("role", "status");
    form.setAttribute("aria-busy", "true");
    const words = document.createElement("span");
    place.append(document.createElement("progress"), " ", words);
    const began = Date.now();
    const turn = () => {
      words.textContent = form.dataset.working.replace("{seconds}", Math.round((Date.now() - began) / 1000));
    };
    turn();
    setInterval(turn, 1000);
  });
}
