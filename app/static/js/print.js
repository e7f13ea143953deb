// Paper gets the whole list: what was not scrolled to yet is fetched before the print begins.
// It has to wait for the answer, so this is one of the few places for a synchronous request.
window.addEventListener("beforeprint", () => {
  const more = document.querySelector("#peering-rows tr.more");
  if (!more) return;
  const request = new XMLHttpRequest();
  request.open("GET", `${more.getAttribute("hx-get")}&show=all`, false);
  request.setRequestHeader("HX-Request", "true");
  request.send();
  if (request.status !== 200) return;
  const holder = document.createElement("template");
  holder.innerHTML = `<table><tbody>${request.responseText}</tbody></table>`;
  const rows = [...holder.content.querySelectorAll("tbody > tr")];
  more.replaceWith(...rows);
  rows.forEach((row) => htmx.process(row));
});
