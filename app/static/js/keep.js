// Typed text outlives what takes its form away: a login that ran out, a reload, a swap of the panel.
// It stays in this tab only, until it is saved or one logs out. With it stays what it was typed for,
// the fields of its form that data-keep-with names: the version of what it was typed over (where a
// colleague saved since, the server must see that and show both), or the sessions of a request.
const keepers = () => document.querySelectorAll("[data-keep]");
const nameOf = (field) => `keep ${field.dataset.keep}`;
const isForeign = (key) => !key.startsWith("keep ");
const isTick = (other) => other.type === "checkbox";

function others(field) {
  const names = (field.dataset.keepWith || "version").split(" ");
  return [...(field.form?.elements || [])].filter((other) => names.includes(other.name));
}

function keep(field) {
  const beside = others(field).map((other) => [other.name, other.value, isTick(other) ? other.checked : null]);
  sessionStorage.setItem(nameOf(field), field.value);
  sessionStorage.setItem(`${nameOf(field)} with`, JSON.stringify(beside));
}

function forget(field) {
  sessionStorage.removeItem(nameOf(field));
  sessionStorage.removeItem(`${nameOf(field)} with`);
}

// A tick that is on the page no more is left out, one that is new stays as it is.
function restoreOthers(field) {
  const kept = JSON.parse(sessionStorage.getItem(`${nameOf(field)} with`) || "[]");
  const changed = [];
  kept.forEach(([name, value, isOn]) => {
    const other = others(field).find((one) => one.name === name && (isOn === null || one.value === value));
    if (!other) return;
    if (isOn === null) other.value = value;
    else if (other.checked !== isOn) changed.push(other);
  });
  changed.forEach((other) => { other.checked = !other.checked; });
  return changed;
}

// Where the browser, too, has put the text back, what stands beside it still has to follow.
function restore(isNew) {
  keepers().forEach((field) => {
    const kept = sessionStorage.getItem(nameOf(field));
    if (kept === null || kept === field.defaultValue) return;
    if (field.value !== field.defaultValue && !(isNew && field.value === kept)) return;
    field.value = kept;
    const [ticked] = restoreOthers(field);
    (ticked || field).dispatchEvent(new Event(ticked ? "change" : "input", { bubbles: true }));
  });
}

document.addEventListener("input", ({ target }) => { if (target.dataset.keep) keep(target); });
// What it was typed for may change later: by a tick, or by the answer to it.
document.addEventListener("change", ({ target }) => {
  const field = target.form?.querySelector("[data-keep-with]");
  if (field && sessionStorage.getItem(nameOf(field)) === field.value) keep(field);
});
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest("form");
  if (form && form.querySelector("[data-keep]")) event.detail.headers["Keeps-Text"] = "1";
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt.closest("form"); // the swap may have taken it away
  const field = form && form.querySelector("[data-keep]");
  const submitter = event.detail.requestConfig.triggeringEvent?.submitter;
  const path = event.detail.requestConfig.path.split("?")[0];
  const isLook = submitter?.name === "preview" || /\/(preview|sample)$/.test(path); // saves nothing
  if (field && event.detail.successful && event.detail.xhr.status < 400 && !isLook) forget(field);
});
// A message that the server wrote anew has taken the place of what was typed.
document.addEventListener("anew", ({ target }) => forget(target));
document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/logout")) return;
  Object.keys(sessionStorage).forEach((key) => { if (!isForeign(key)) sessionStorage.removeItem(key); });
});
document.addEventListener("htmx:afterSettle", () => {
  restore(false);
  document.querySelectorAll("[data-keep-with]").forEach((field) => {
    if (sessionStorage.getItem(nameOf(field)) === field.value) keep(field);
  });
});
document.addEventListener("DOMContentLoaded", () => restore(true)); // after htmx, which asks for the preview
