// On a phone the navigation scrolls: where one is shall be in view.
const here = document.querySelector(".nav-main [aria-current]");
if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 16;
// Menus are <details>: they open without script. This closes them on Escape and a click outside.
const openMenus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.menu[open]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (menu && step) {
    const items = [...menu.querySelectorAll("summary, .pop a, .pop button:not([hidden])")];
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    event.preventDefault();
  }
  if (event.key !== "Escape") return;
  if (openMenus().length) event.preventDefault(); // it closes one thing at a time
  openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});
