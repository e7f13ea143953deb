// The help overlay: ? opens it, so does the entry in the account menu.
const overlay = document.getElementById("keys");
if (overlay) {
  const open = () => { if (!overlay.open) overlay.showModal(); };
  document.querySelectorAll("[data-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", open);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    open();
  });
}
