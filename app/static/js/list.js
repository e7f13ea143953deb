// The list from the keyboard: / searches, arrows walk the rows, Enter (the link itself) opens one,
// Escape closes it. The drawer is a neighbour: while it is open, walking takes it along.
const links = () => [...document.querySelectorAll("#peering-rows a.who")];
const drawer = () => document.querySelector("#peering-drawer:not([hidden])");
const isTyping = (element) => element.closest("input, select, textarea, [contenteditable]");

function current() {
  const focused = document.activeElement.closest && document.activeElement.closest("#peering-rows tr");
  return (focused && focused.querySelector("a.who")) || document.querySelector("#peering-rows tr.sel a.who");
}

let place = -1; // of the row last walked to or opened; it may have moved to another tab since
let pressed = 0; // the step of the drawer's button that was pressed last, until its answer is there

function walk(step) {
  const rows = links();
  if (!rows.length) return;
  const at = rows.indexOf(current());
  const to = at < 0 ? place + (step < 0 ? -1 : 0) : at + step;
  if (to >= rows.length && fetchMore(() => walk(step))) return;
  place = Math.min(rows.length - 1, Math.max(0, to));
  const next = rows[place];
  const opened = drawer();
  if (!opened || opened.contains(document.activeElement) === false) next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
  if (opened && next !== rows[at]) visit(next);
}

// The next rows of a long list come when their place is seen; false when there are none.
function fetchMore(then) {
  const more = document.querySelector("#peering-rows tr.more");
  if (!more) return false;
  more.addEventListener("htmx:afterOnLoad", () => setTimeout(then), { once: true });
  more.scrollIntoView({ block: "nearest" });
  return true;
}

// Walking is one visit: the way back leads to the list, not through every member on the way.
function visit(link) {
  link.setAttribute("hx-push-url", "unset"); // "false" would stop the other, too
  link.setAttribute("hx-replace-url", "true");
  link.addEventListener("htmx:afterRequest", () => {
    link.removeAttribute("hx-push-url");
    link.removeAttribute("hx-replace-url");
  }, { once: true });
  link.click();
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
    place = links().indexOf(row.querySelector("a.who"));
  }
  return row;
}

// Keeps what is typed; a form that folds is left by its heading, else the focus would be nowhere.
function leaveField(field) {
  const fold = field.closest("details");
  if (fold) fold.querySelector("summary").focus();
  else field.blur();
}

function search(isCovered) {
  const select = () => document.getElementById("peering-q").select();
  if (!isCovered) return select();
  document.addEventListener("htmx:afterSettle", select, { once: true });
  return close();
}

function close() {
  const open = drawer();
  if (!open) return false;
  open.querySelector("#peering-close").click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key.length === 1 && document.documentElement.dataset.keys === "off") return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (isTyping(event.target) && event.target.id !== "peering-q") leaveField(event.target);
    else if (close()) event.preventDefault();
    return;
  }
  if (isTyping(event.target) && !(event.target.id === "peering-q" && event.key === "ArrowDown")) return;
  const opened = event.key === "Enter" && event.target.matches("a.who[aria-current]") && drawer();
  if (opened) {
    event.preventDefault();
    opened.focus();
    return;
  }
  const isCovered = drawer() && !document.getElementById("peering-list").offsetParent;
  if (isCovered && event.key !== "/") return; // nothing to walk: the keys scroll the drawer
  const actions = {
    "/": () => search(isCovered),
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
  if (!button) return;
  pressed = Number(button.dataset.walk);
  walk(pressed);
});

// What was asked for from a list that another has replaced comes too late: it would put back the
// address of the old one. A refreshed list has the same links; their answers still count.
document.addEventListener("htmx:beforeSend", ({ detail: { requestConfig: { elt } } }) => {
  if (!elt.closest("#peering-rows")) return;
  elt.addEventListener("htmx:beforeOnLoad", (event) => {
    if (elt.isConnected) return;
    const remains = elt.href && [...document.querySelectorAll("#peering-rows a")].some((link) => link.href === elt.href);
    if (!remains) event.preventDefault();
  }, { once: true });
});

function settle() {
  document.querySelectorAll("[data-walk]").forEach((button) => { button.hidden = false; });
  return markOpen();
}

// Back from a drawer that filled the page: the row one came from, not the top of the list.
let last = null;
let wasOpen = Boolean(drawer());
document.addEventListener("htmx:afterSettle", () => {
  const row = settle();
  const open = drawer();
  // The list is narrower beside a drawer: its rows grow, and the opened one would slip away.
  const isNew = open && open.dataset.peer !== last;
  if (row && isNew) row.scrollIntoView({ block: "nearest" });
  // Closed, by whatever means: on from the row it stood beside.
  const from = !open && wasOpen && document.getElementById(`peer-${last}`);
  const lost = document.activeElement === document.body || document.activeElement.id === "peering-list";
  if (from && lost) from.querySelector("a.who").focus({ preventScroll: true });
  wasOpen = Boolean(open);
  last = open ? open.dataset.peer : last;
  const list = document.getElementById("peering-list");
  if (isNew && !list.offsetParent) window.scrollTo({ top: 0, behavior: "instant" }); // it fills the page: from its top
  if (open && !list.offsetParent && !open.contains(document.activeElement)) open.focus({ preventScroll: true });
  if (open && isNew && pressed) open.querySelector(`[data-walk="${pressed}"]`).focus({ preventScroll: true });
  if (isNew) pressed = 0;
});
document.addEventListener("htmx:historyRestore", () => {
  settle();
  if (!drawer() && !refocus()) document.addEventListener("htmx:afterSettle", refocus, { once: true });
});
function refocus() { // the row one came from; a far one arrives with the rows that follow
  const row = last && document.getElementById(`peer-${last}`);
  if (!row) return false;
  row.querySelector("a.who").focus({ preventScroll: true });
  holdInView(row);
  return true;
}
// The browser, too, scrolls to where one was, some time later: from before there were as many rows.
function holdInView(row) {
  const hands = ["wheel", "touchmove", "pointerdown", "keydown"];
  const show = () => {
    const { top, bottom } = row.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) row.scrollIntoView({ block: "center", behavior: "instant" });
  };
  const stop = () => {
    window.removeEventListener("scroll", show);
    hands.forEach((hand) => window.removeEventListener(hand, stop));
  };
  window.addEventListener("scroll", show);
  hands.forEach((hand) => window.addEventListener(hand, stop, { passive: true }));
  setTimeout(stop, 2000);
  setTimeout(show, 50);
}
settle();
const asked = location.hash === "#peering-move" && document.querySelector(location.hash);
if (asked) {
  asked.open = true;
  asked.querySelector("input.field").focus();
}
if (drawer()) {
  last = drawer().dataset.peer;
  const row = document.getElementById(`peer-${last}`);
  if (row) row.scrollIntoView({ block: "nearest" });
}
