// Copies what stands beside the button. Plain http has no clipboard; there the old way is taken.
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await copy(button.dataset.copy);
  button.focus();
  const told = button.querySelector(".visually-hidden");
  told.textContent = `Copied ${button.dataset.copy}`;
  button.classList.add("done");
  setTimeout(() => {
    told.textContent = `Copy ${button.dataset.copy}`;
    button.classList.remove("done");
  }, 2000);
});

const show = () => document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
document.addEventListener("htmx:afterSettle", show);
document.addEventListener("htmx:historyRestore", show);
show();
