// The matrix of an octet a pair: sorted, searched, filtered, and walked by mouse and keys.
import { SELF, paint } from "./matrix-drawing.js";

const $ = (id) => document.getElementById(`matrix${id}`);
const box = $(""), canvas = $("-canvas"), space = $("-space"), said = $("-said");
const WORDS = ["none", "possible", "route-server", "bilateral", "both", "the same network"];
const LINKED = 2;
const LOST = "The drawing could not be loaded; perhaps your login has ended. Reload the page; the table shows the same.";
const SIZES = [2, 4, 7, 12, 18, 24, 32];
const state = { members: [], codes: null, order: [], size: 4, at: null, isolate: 0, sort: "asn", q: "", kinds: new Set(WORDS), scheduled: false };

const place = (a, b) => (a < b ? a * state.members.length - (a * (a + 3)) / 2 + b - 1 : place(b, a));
const code = (a, b) => (a === b ? SELF : state.codes[place(a, b)]);
const size = () => SIZES[state.size];
const head = () => (size() < 12 ? 12 : 64);

function unpack(buffer) {
  const octets = new Uint8Array(buffer);
  const end = octets.indexOf(10);
  const front = JSON.parse(new TextDecoder().decode(octets.subarray(0, end)));
  state.members = front.members.map(([id, asn, name]) => ({ id, asn, name, peers: 0, left: false }));
  for (const n of front.left) state.members[n].left = true;
  state.own = front.own;
  state.codes = octets.subarray(end + 1);
  pairs((a, b, link) => { if (link >= LINKED && link < SELF) { state.members[a].peers += 1; state.members[b].peers += 1; } });
}

function pairs(take) {
  const many = state.members.length;
  for (let a = 0, at = 0; a < many; a += 1) for (let b = a + 1; b < many; b += 1, at += 1) take(a, b, state.codes[at]);
}

// Members with the same neighbours come to stand together: each moves to the mean place of those
// it has a session with. The same data always gives the same order.
function clustered(order) {
  const near = order.map(() => []), ranks = new Float64Array(order.length);
  pairs((a, b, link) => { if (link === 3 || link === 4) { near[a].push(b); near[b].push(a); } });
  order.forEach((member, n) => { ranks[member] = n; });
  for (let round = 0; round < 6; round += 1) {
    const mean = order.map((a) => {
      let sum = ranks[a];
      for (const b of near[a]) sum += ranks[b];
      return [a, sum / (near[a].length + 1)];
    });
    mean.sort((x, y) => x[1] - y[1] || x[0] - y[0]);
    order = mean.map(([a]) => a);
    order.forEach((member, n) => { ranks[member] = n; });
  }
  return order;
}

function arrange() {
  const { members } = state;
  let order = [...members.keys()];
  if (state.sort === "name") order.sort((a, b) => members[a].name.localeCompare(members[b].name) || a - b);
  if (state.sort !== "name" && state.sort !== "asn") order.sort((a, b) => members[b].peers - members[a].peers || a - b);
  if (state.sort === "clusters") order = clustered(order);
  const alone = members.findIndex((member) => member.id === state.isolate);
  if (alone < 0) state.isolate = 0;
  state.columns = alone < 0 ? order : order.filter((b) => b === alone || (code(alone, b) !== SELF && shows(code(alone, b))));
  state.order = alone < 0 ? order : [alone];
  $("-all").hidden = alone < 0;
  state.at = null;
  layout();
}

const shows = (link) => link === SELF || state.kinds.has(WORDS[link]);

function layout() {
  space.style.width = `${head() + state.columns.length * size()}px`;
  space.style.height = `${head() + state.order.length * size() + 2}px`;
  draw();
}

function draw() {
  if (state.scheduled) return;
  state.scheduled = true;
  requestAnimationFrame(() => { state.scheduled = false; repaint(); });
}

function repaint() {
  paint(canvas, box, {
    size: size(), head: head(), rows: state.order, columns: state.columns, at: state.at, code, shows, hit,
    own: state.own, label: (member) => `${state.members[member].asn}${state.members[member].left ? "*" : ""}`,
  });
}

function go(row, column, follow) {
  if (!state.order.length) return;
  const before = state.at;
  state.at = [Math.max(0, Math.min(state.order.length - 1, row)), Math.max(0, Math.min(state.columns.length - 1, column))];
  if (!follow && before && before[0] === state.at[0] && before[1] === state.at[1]) return;
  const [one, other] = [state.order[state.at[0]], state.columns[state.at[1]]];
  const tell = (n) => `${state.members[n].name} AS${state.members[n].asn}${state.members[n].left ? " (left out)" : ""}`;
  said.textContent = `${tell(one)} – ${tell(other)}: ${WORDS[code(one, other)].replace("-", " ")}`;
  if (follow) {
    const s = size(), x = state.at[1] * s, y = state.at[0] * s, room = [box.clientWidth - head() - s, box.clientHeight - head() - s];
    box.scrollLeft = Math.min(x, Math.max(box.scrollLeft, x - room[0]));
    box.scrollTop = Math.min(y, Math.max(box.scrollTop, y - room[1]));
  }
  draw();
}

function open() {
  if (!state.at) return;
  const [one, other] = [state.order[state.at[0]], state.columns[state.at[1]]];
  if (code(one, other) === SELF) return;
  const url = new URL(box.dataset.pair.replace("0/0", `${state.members[one].id}/${state.members[other].id}`), location.href);
  // One's own pair opens its drawer, where there is one.
  if (one === state.own || other === state.own) url.searchParams.set("drawer", "1");
  location.href = lookedAt(url);
}

// The address with which LAN is shown and how, so that the pair leads back to the same sight.
function lookedAt(url) {
  for (const from of [new URL(location.href), new URL(box.dataset.url, location.href)]) from.searchParams.forEach((value, name) => url.searchParams.set(name, value));
  return url;
}

function keep() {
  const url = new URL(location.href);
  const put = (name, value) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
  url.searchParams.delete("kind"); // the form without JavaScript says so what `hide` says here
  put("sort", state.sort !== "asn" && state.sort); put("q", state.q); put("isolate", state.isolate); put("size", String(state.size));
  put("hide", WORDS.slice(0, SELF).filter((word) => !state.kinds.has(word)).join(","));
  history.replaceState(null, "", url);
  for (const link of document.querySelectorAll("a[data-file]")) link.href = narrowed(link.href, url);
}

// What a file holds is what is filtered and isolated here.
function narrowed(href, page) {
  const url = new URL(href);
  for (const name of ["hide", "isolate"]) { const value = page.searchParams.get(name); if (value) url.searchParams.set(name, value); else url.searchParams.delete(name); }
  return url;
}

// Another LAN or protocol has other members, and is looked at in the same way.
function change(event) {
  const url = new URL(location.href);
  url.searchParams.set(event.target.name, event.target.value);
  location.href = url;
}

function isolate(id) { state.isolate = id; arrange(); keep(); }
function zoom(step) { state.size = Math.max(0, Math.min(SIZES.length - 1, state.size + step)); layout(); keep(); }

function listen() {
  const cell = (event) => {
    const at = box.getBoundingClientRect(), s = size(), h = head();
    const [px, py] = [event.clientX - at.left, event.clientY - at.top];
    return px < h && py < h ? null : [Math.floor((py - h + box.scrollTop) / s), Math.floor((px - h + box.scrollLeft) / s), px < h, py < h];
  };
  box.addEventListener("scroll", draw);
  new ResizeObserver(draw).observe(box);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  box.addEventListener("mousemove", (event) => { const at = cell(event); if (at && !at[2] && !at[3] && at[0] < state.order.length && at[1] < state.columns.length) go(at[0], at[1]); });
  box.addEventListener("click", (event) => {
    const at = cell(event);
    if (!at) return;
    if (at[2] && state.order[at[0]] !== undefined) isolate(state.members[state.order[at[0]]].id);
    else if (at[3] && state.columns[at[1]] !== undefined) isolate(state.members[state.columns[at[1]]].id);
    else if (at[0] < state.order.length && at[1] < state.columns.length) { go(at[0], at[1]); open(); }
  });
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = state.at || [0, -1];
    const actions = {
      ArrowRight: () => go(row, column + 1, true), ArrowLeft: () => go(row, column - 1, true),
      ArrowDown: () => go(row + 1, Math.max(0, column), true), ArrowUp: () => go(row - 1, Math.max(0, column), true),
      Home: () => go(row, 0, true), End: () => go(row, state.columns.length - 1, true),
      Enter: open, i: () => state.at && isolate(state.members[state.order[row]].id), Escape: state.isolate ? () => isolate(0) : null,
      "+": () => zoom(1), "-": () => zoom(-1),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key]; // Caps Lock
    if (action) { event.preventDefault(); event.stopPropagation(); action(); }
  });
  $("-smaller").addEventListener("click", () => zoom(-1));
  $("-larger").addEventListener("click", () => zoom(1));
  $("-full").addEventListener("click", () => $("-screen").requestFullscreen());
  $("-all").addEventListener("click", () => isolate(0));
  $("-sort").addEventListener("change", (event) => { state.sort = event.target.value; arrange(); keep(); });
  $("-q").addEventListener("input", () => { find(0); keep(); });
  $("-q").addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); find(event.shiftKey ? -1 : 1); } });
  document.addEventListener("click", (event) => { // in the table, of which there may be thousands
    const link = event.target.closest("a[data-pair-link]");
    if (link) { const url = new URL(link.href); url.search = "?drawer=1"; link.href = lookedAt(url); }
  });
  for (const choice of [$("-vlan"), $("-protocol")]) choice.addEventListener("change", change);
  document.querySelectorAll("input[name=kind]").forEach((tick) => tick.addEventListener("change", () => {
    if (tick.checked) state.kinds.add(tick.value); else state.kinds.delete(tick.value);
    arrange(); keep();
  }));
}

const hit = (n) => state.q !== "" && `as${state.members[n].asn} ${state.members[n].name}`.toLowerCase().includes(state.q);

// The first match with 0; from the one shown, 1 goes to the next and -1 to the one before.
function find(step) {
  state.q = $("-q").value.trim().toLowerCase();
  const list = state.isolate ? state.columns : state.order, found = [...list.keys()].filter((n) => hit(list[n]));
  draw();
  if (!state.q) return;
  if (!found.length) { said.textContent = "Nobody in this matrix has that name or ASN."; return; }
  const next = step ? (found.indexOf(state.found) + step + found.length) % found.length : 0;
  state.found = found[next];
  if (state.isolate) go(0, state.found, true); else go(state.found, state.at ? state.at[1] : 0, true);
  if (found.length > 1) said.textContent = `Match ${next + 1} of ${found.length}, Enter for the next. ${said.textContent}`;
}

function restore() {
  const asked = new URL(location.href).searchParams;
  const level = Number.parseInt(asked.get("size"), 10);
  const usual = state.members.length > 400 ? 1 : state.members.length > 60 ? 3 : 5;
  state.size = Number.isInteger(level) ? Math.max(0, Math.min(SIZES.length - 1, level)) : usual;
  state.isolate = Number(asked.get("isolate")) || 0;
  if ([...$("-sort").options].some((option) => option.value === asked.get("sort"))) state.sort = asked.get("sort");
  $("-sort").value = state.sort;
  $("-q").value = asked.get("q") || "";
  // The server read the address, whichever way it says what is hidden.
  document.querySelectorAll("input[name=kind]").forEach((tick) => { tick.checked = tick.defaultChecked; if (!tick.checked) state.kinds.delete(tick.value); });
}

// An answer that is no matrix (a login page, an error) is as good as none.
async function load() {
  try {
    const answer = await fetch(box.dataset.url);
    if (!answer.ok || answer.headers.get("Content-Type") !== "application/octet-stream") return false;
    unpack(await answer.arrayBuffer());
    return true;
  } catch { return false; }
}

if (box) {
  said.textContent = "Loading the drawing …";
  if (await load()) {
    box.hidden = $("-tools").hidden = false;
    $("-full").hidden = !$("-screen").requestFullscreen; // phones may have none
    said.textContent = "Point at a pair, or walk with the arrow keys; Enter opens it.";
    restore(); listen(); arrange(); find(0); keep();
    document.documentElement.dataset.matrix = "drawn";
  } else said.textContent = LOST;
}
