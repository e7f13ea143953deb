// Typed text outlives what takes its form away: a login that ran out, a reload, a swap of the panel.
// It stays in this tab only, until it is saved or one logs out. With it stays the version of what it
// was typed over: where a colleague saved since, the server must see that and show both.
const keepers = () => document.querySelectorAll("[data-keep]");
const versionOf = (field) => field.form?.querySelector("input[name=version]");
const isForeign = (key) => !key.startsWith("keep ");

function restore() {
  keepers().forEach((field) => {
    const kept = sessionStorage.getItem(`keep ${field.dataset.keep}`);
    if (kept === null || kept === field.value || field.value !== field.defaultValue) return;
    field.value = kept;
    const before = sessionStorage.getItem(`keep ${field.dataset.keep} version`);
    if (before !== null && versionOf(field)) versionOf(field).value = before;
  });
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset.keep) return;
  sessionStorage.setItem(`keep ${field.dataset.keep}`, field.value);
  const version = versionOf(field);
  if (version) sessionStorage.setItem(`keep ${field.dataset.keep} version`, version.value);
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
  if (field && event.detail.successful && !isLook) {
    sessionStorage.removeItem(`keep ${field.dataset.keep}`);
    sessionStorage.removeItem(`keep ${field.dataset.keep} version`);
  }
});
document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/logout")) return;
  Object.keys(sessionStorage).forEach((key) => { if (!isForeign(key)) sessionStorage.removeItem(key); });
});
document.addEventListener("htmx:afterSettle", restore);
restore();
