// A tick brings the whole form of a request anew. Who went on to the message meanwhile loses neither
// a word nor the caret: the message stays, and the form says that it names other sessions.
const message = () => document.getElementById("ask-message");
const isWhole = (detail) => detail.target?.id === "ask";
let sent = null; // the message as the last request took it along
let held = null; // what an answer must not take away
let isTyping = false;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!message() || !isWhole(detail)) return;
  sent = message().value;
  const pairs = document.getElementById("ask-pairs");
  if (detail.elt !== pairs) htmx.trigger(pairs, "htmx:abort"); // its answer would come too late
  else if (isTyping) detail.parameters.typing = "1";
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  held = null;
  const field = message();
  if (!field || !isWhole(detail) || !detail.shouldSwap) return;
  const hasFocus = document.activeElement === field;
  if (!hasFocus && field.value === sent) return;
  const { value, selectionStart, selectionEnd, scrollTop } = field;
  held = { hasFocus, value, selectionStart, selectionEnd, scrollTop, writtenFor: field.form.elements.for.value };
});

function putBack(field) {
  const { hasFocus, value, selectionStart, selectionEnd, scrollTop } = held;
  field.value = value;
  if (hasFocus && !document.querySelector("#ask [autofocus]")) field.focus({ preventScroll: true });
  field.setSelectionRange(selectionStart, selectionEnd);
  field.scrollTop = scrollTop;
}

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const field = message();
  if (!field || !isWhole(detail)) return;
  const isAnew = field.value !== sent;
  const mine = held;
  if (!mine) {
    if (isAnew) field.dispatchEvent(new CustomEvent("anew", { bubbles: true }));
    return;
  }
  const isOld = field.value !== mine.value;
  putBack(field);
  held = null;
  if (!isOld) return;
  field.dispatchEvent(new Event("input", { bubbles: true })); // kept, and seen in the preview
  if (!isAnew) return;
  field.form.elements.for.value = mine.writtenFor;
  isTyping = true;
  htmx.trigger("#ask-pairs", "change");
  isTyping = false;
});
