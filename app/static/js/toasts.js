// A toast goes when dismissed, or 10 s after nobody hovers or focuses it any more.
const LIFE = 10000;
function watch(toast) {
  toast.dataset.watched = "yes";
  const cross = toast.querySelector("[data-dismiss=toast]");
  cross.hidden = false;
  cross.addEventListener("click", () => toast.remove());
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), LIFE); };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("mouseenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("mouseleave", start);
  toast.addEventListener("focusout", start);
  start();
}
const watchAll = () => document.querySelectorAll(".tst:not([data-watched])").forEach(watch);
document.addEventListener("htmx:afterSettle", watchAll);
watchAll();
