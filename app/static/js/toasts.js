// A toast goes when dismissed, or 10 s after nobody hovers or focuses it any more.
const LIFE = 10000;
function watch(toast) {
  toast.dataset.watched = "yes";
  const cross = toast.querySelector("[data-dismiss=toast]");
  cross.hidden = false;
  cross.addEventListener("click", () => toast.remove());
  let timer;
  const stop = () => clearTimeout(timer);
  const start = () => {
    stop();
    if (!toast.matches(":hover, :focus-within")) timer = setTimeout(() => toast.remove(), LIFE);
  };
  toast.addEventListener("mouseenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("mouseleave", start);
  toast.addEventListener("focusout", start);
  start();
}
const watchAll = () => document.querySelectorAll(".tst:not([data-watched])").forEach(watch);
document.addEventListener("htmx:afterSettle", watchAll);
// An answer that refuses is the newest word: what went well before would only cover it.
document.addEventListener("htmx:beforeSwap", ({ detail: { xhr } }) => {
  if (xhr.status >= 400) document.querySelectorAll(".tst").forEach((toast) => toast.remove());
});
// What a script has to say.
document.addEventListener("toast", (event) => {
  const toast = document.createElement("div");
  toast.className = "tst";
  toast.innerHTML = '<span></span><button class="x" type="button" data-dismiss="toast" aria-label="Dismiss">×</button>';
  toast.querySelector("span").textContent = event.detail;
  document.getElementById("toasts").append(toast);
  watch(toast);
});
watchAll();
