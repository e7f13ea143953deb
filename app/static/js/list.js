// The list from the keyboard: / searches, arrows walk the rows, Enter (the link itself) opens one,
// Escape closes it. The drawer is a neighbour: while it is open, walking takes it along.
const links = () => [...document.querySelectorAll("#peering-rows a.who")];
const drawer = () => document.querySelector("#peering-drawer:not([hidden])");
const isTyping = (element) => element.closest("input, select, textarea, [contenteditable]");

function current() {
  const focused = document.activeElement.closest && document.activeElement.closest("#peering-rows tr");
  return (focused && focused.querySelector("a.who")) || document.querySelector("#peering-rows tr.sel a.who");
}

function walk(step) {
  const rows = links();
  if (!rows.length) return;
  const at = rows.indexOf(current());
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
  const opened = drawer();
  if (!opened || opened.contains(document.activeElement) === false) next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
  if (opened && next !== rows[at]) next.click();
}

function markOpen() {
  const open = drawer();
  document.querySelectorAll("#peering-rows tr.sel").forEach((row) => {
    row.classList.remove("sel");
    row.querySelector("a.who").removeAttribute("aria-current");
  });
  const row = open && document.getElementById(`peer-${open.dataset.peer}`);
  if (row) {
    row.classList.add("sel");
    row.querySelector("a.who").setAttribute("aria-current", "true");
  }
  return row;
}

function close() {
  const open = drawer();
  if (!open) return false;
  open.querySelector("#peering-close").click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (isTyping(event.target) && event.target.id !== "peering-q") event.target.blur(); // keep what is typed
    else if (!document.querySelector("details.menu[open]") && close()) event.preventDefault();
    return;
  }
  if (isTyping(event.target) && !(event.target.id === "peering-q" && event.key === "ArrowDown")) return;
  const actions = {
    "/": () => document.getElementById("peering-q").select(),
    ArrowDown: () => walk(1),
    ArrowUp: () => walk(-1),
    j: () => walk(1),
    k: () => walk(-1),
  };
  const action = document.getElementById("peering-q") && actions[event.key];
  if (!action || event.target.closest("details.menu[open], .scroll")) return;
  event.preventDefault();
  action();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-walk]");
  if (button) walk(Number(button.dataset.walk));
});

function settle() {
  document.querySelectorAll("[data-walk]").forEach((button) => { button.hidden = false; });
  return markOpen();
}

// Back from a drawer that filled the page: the row one came from, not the top of the list.
let last = null;
document.addEventListener("htmx:afterSettle", () => {
  const row = settle();
  const open = drawer();
  // The list is narrower beside a drawer: its rows grow, and the opened one would slip away.
  const isNew = open && open.dataset.peer !== last;
  if (row && isNew) row.scrollIntoView({ block: "nearest" });
  last = open ? open.dataset.peer : last;
  const list = document.getElementById("peering-list");
  if (isNew && !list.offsetParent) window.scrollTo(0, 0); // it fills the page: from its top
  if (open && !list.offsetParent && !open.contains(document.activeElement)) open.focus();
});
document.addEventListener("htmx:historyRestore", () => {
  settle();
  const row = !drawer() && last && document.getElementById(`peer-${last}`);
  if (row) row.querySelector("a.who").focus();
});
settle();
if (drawer()) {
  last = drawer().dataset.peer;
  const row = document.getElementById(`peer-${last}`);
  if (row) row.scrollIntoView({ block: "nearest" });
}
