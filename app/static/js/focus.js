// When a swap takes away what had the focus, the next row gets it, else the list: a keyboard user
// goes on from there instead of from the top of the page.
let next = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target.closest("tr");
  const follower = row && (row.nextElementSibling || row.previousElementSibling);
  next = follower && follower.id ? follower.id : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement && document.activeElement !== document.body) return;
  const row = next && document.getElementById(next);
  const target = (row && row.querySelector("summary")) || document.querySelector("main section[tabindex]");
  if (target) target.focus({ preventScroll: true });
});
