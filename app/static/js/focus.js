// When a swap takes away what had the focus, the next row gets it, else the list: a keyboard user
// goes on from there instead of from the top of the page. A swap beside it moves no focus.
let next = null;
let took = false;
const holdsFocus = (place) => document.activeElement !== document.body && place.contains(document.activeElement);
document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target.closest("tr");
  const follower = row && (row.nextElementSibling || row.previousElementSibling);
  next = follower && follower.id ? follower.id : null;
  took = holdsFocus(event.detail.target);
});
document.addEventListener("htmx:oobBeforeSwap", (event) => { took = took || holdsFocus(event.detail.target); });
document.addEventListener("htmx:afterSettle", () => {
  if (!took) return;
  if (document.activeElement && document.activeElement !== document.body) return;
  took = false;
  const row = next && document.getElementById(next);
  const target = (row && row.querySelector("summary")) || document.querySelector("main section[tabindex]");
  if (target) target.focus({ preventScroll: true });
});
