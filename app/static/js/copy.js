// Copies what stands beside the button. Plain http has no clipboard, and a browser may refuse it;
// there the old way is taken.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

const status = document.createElement("p"); // read out; the button itself is not, when it changes
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.dataset.copy;
  const done = await copied(text);
  button.focus();
  if (!done) {
    const said = `The browser does not let this page copy. Select ${text} and copy it yourself.`;
    document.dispatchEvent(new CustomEvent("toast", { detail: said }));
    return;
  }
  const told = button.querySelector(".visually-hidden");
  status.textContent = told.textContent = `Copied ${text}`;
  button.classList.add("done");
  setTimeout(() => {
    status.textContent = "";
    told.textContent = `Copy ${text}`;
    button.classList.remove("done");
  }, 2000);
});

const show = () => document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
document.addEventListener("htmx:afterSettle", show);
document.addEventListener("htmx:historyRestore", show);
show();
