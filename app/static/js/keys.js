// The help overlay: ? opens it, so does the entry in the account menu. Its switch turns off the
// keys that are one character (WCAG 2.1.4); arrows, Enter and Escape stay.
const overlay = document.getElementById("keys");
if (overlay) {
  const open = () => { if (!overlay.open) overlay.showModal(); };
  document.querySelectorAll("[data-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", open);
  });
  const single = overlay.querySelector("[data-single-keys]");
  const root = document.documentElement;
  root.dataset.keys = localStorage.getItem("keys") === "off" ? "off" : "on";
  single.checked = root.dataset.keys === "on";
  single.addEventListener("change", () => {
    root.dataset.keys = single.checked ? "on" : "off";
    localStorage.setItem("keys", root.dataset.keys);
  });
  document.addEventListener("keydown", (event) => {
    if (root.dataset.keys === "off") return;
    if (event.key !== "?" || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    open();
  });
}
