// Light or dark: what was chosen comes from the server, else the system's wish counts.
// Loaded in the head, so that no page flashes.
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const chosen = root.dataset.theme;
    root.dataset.bsTheme = chosen || (dark.matches ? "dark" : "light");
    document.querySelector("meta[name=color-scheme]").content = chosen || "light dark";
  };
  dark.addEventListener("change", show);
  show();

  // The switch is swapped in place: a form that someone is filling in stays as it is.
  document.addEventListener("htmx:afterSwap", () => {
    const form = document.getElementById("theme");
    if (!form) return;
    root.dataset.theme = form.dataset.theme;
    show();
  });
}
