// Draws the part of the matrix that is in view, from an octet a pair; walks it by mouse and keys.
const $ = (id) => document.getElementById(`matrix${id}`);
const box = $(""), canvas = $("-canvas"), space = $("-space"), said = $("-said");
const WORDS = ["none", "possible", "route-server", "bilateral", "both", "the same network"];
const SELF = 5, LINKED = 2;
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
  state.members = front.members.map(([id, asn, name]) => ({ id, asn, name, peers: 0 }));
  state.own = front.own;
  state.codes = octets.subarray(end + 1);
  state.members.forEach((one, a) => {
    for (let b = a + 1; b < state.members.length; b += 1) {
      const link = code(a, b);
      if (link >= LINKED && link < SELF) { one.peers += 1; state.members[b].peers += 1; }
    }
  });
}

// Members with the same neighbours come to stand together: each moves to the mean place of those
// it has a session with. The same data always gives the same order.
function clustered(order) {
  let ranks = Float64Array.from(order.keys());
  order.forEach((member, n) => { ranks[member] = n; });
  for (let round = 0; round < 6; round += 1) {
    const mean = order.map((a) => {
      let sum = ranks[a], count = 1;
      for (const b of order) if (code(a, b) === 3 || code(a, b) === 4) { sum += ranks[b]; count += 1; }
      return [a, sum / count];
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
  state.columns = alone < 0 ? order : order.filter((b) => b === alone || shows(code(alone, b)));
  state.order = alone < 0 ? order : [alone];
  $("-all").hidden = alone < 0;
  state.at = null;
  layout();
}

const shows = (link) => link === SELF || state.kinds.has(WORDS[link]);

function layout() {
  space.style.width = `${head() + state.columns.length * size()}px`;
  space.style.height = `${head() + state.order.length * size()}px`;
  draw();
}

function draw() {
  if (state.scheduled) return;
  state.scheduled = true;
  requestAnimationFrame(() => { state.scheduled = false; paint(); });
}

function paint() {
  const look = getComputedStyle(box), colour = (name) => look.getPropertyValue(`--p-${name}`).trim();
  const width = box.clientWidth, height = box.clientHeight, sharp = window.devicePixelRatio || 1;
  canvas.width = width * sharp; canvas.height = height * sharp;
  canvas.style.width = `${width}px`; canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d"), s = size(), h = head();
  pen.scale(sharp, sharp);
  const paints = ["", colour("poss"), colour("rs"), colour("bi-bg"), colour("bi-bg"), colour("line")];
  const left = Math.floor(box.scrollLeft / s), top = Math.floor(box.scrollTop / s);
  const right = Math.min(state.columns.length, left + Math.ceil(width / s) + 1);
  const bottom = Math.min(state.order.length, top + Math.ceil(height / s) + 1);
  const x = (column) => h + column * s - box.scrollLeft, y = (row) => h + row * s - box.scrollTop;
  pen.fillStyle = colour("surface"); pen.fillRect(0, 0, width, height);
  pen.fillStyle = colour("cross");
  const hit = (member) => state.q && `as${member.asn} ${member.name}`.toLowerCase().includes(state.q);
  for (let r = top; r < bottom; r += 1) if ((state.at && state.at[0] === r) || hit(state.members[state.order[r]])) pen.fillRect(0, y(r), width, s);
  for (let c = left; c < right; c += 1) if ((state.at && state.at[1] === c) || hit(state.members[state.columns[c]])) pen.fillRect(x(c), 0, s, height);
  for (let r = top; r < bottom; r += 1) {
    for (let c = left; c < right; c += 1) {
      const link = code(state.order[r], state.columns[c]);
      if (link && shows(link)) shape(pen, link, x(c), y(r), s, paints[link], colour("rs-bar"));
    }
  }
  if (state.at) { pen.strokeStyle = colour("focus"); pen.lineWidth = 2; pen.strokeRect(x(state.at[1]), y(state.at[0]), s, s); }
  names(pen, { left, right, top, bottom, x, y, s, h, width, height, colour });
}

// Told apart without colour: ring, small box, disc, filled box with a box in it.
function shape(pen, link, x, y, s, fill, inner) {
  const middle = s / 2;
  pen.fillStyle = pen.strokeStyle = fill;
  if (link === SELF || (s < 7 && link !== 2)) pen.fillRect(x, y, s - (s > 4), s - (s > 4));
  else if (link === 2) pen.fillRect(x + s * 0.3, y + s * 0.3, Math.max(1, s * 0.4), Math.max(1, s * 0.4));
  else if (link === 4) { pen.fillRect(x + 1, y + 1, s - 2, s - 2); pen.fillStyle = inner; pen.fillRect(x + s * 0.35, y + s * 0.35, s * 0.3, s * 0.3); }
  else {
    pen.beginPath(); pen.arc(x + middle, y + middle, s * (link === 3 ? 0.36 : 0.28), 0, 7);
    if (link === 3) pen.fill(); else { pen.lineWidth = 1; pen.setLineDash([2, 2]); pen.stroke(); pen.setLineDash([]); }
  }
}

function names(pen, view) {
  const { left, right, top, bottom, x, y, s, h, width, height, colour } = view;
  pen.fillStyle = colour("sunken"); pen.fillRect(0, 0, width, h); pen.fillRect(0, 0, h, height);
  if (s < 12) return;
  pen.fillStyle = colour("text"); pen.font = `${Math.min(12, s - 1)}px system-ui, sans-serif`; pen.textBaseline = "middle";
  pen.save(); pen.beginPath(); pen.rect(0, h, h, height); pen.clip(); pen.textAlign = "right";
  for (let r = top; r < bottom; r += 1) pen.fillText(state.members[state.order[r]].asn, h - 4, y(r) + s / 2);
  pen.restore();
  pen.save(); pen.beginPath(); pen.rect(h, 0, width, h); pen.clip(); pen.textAlign = "left";
  for (let c = left; c < right; c += 1) { pen.save(); pen.translate(x(c) + s / 2, h - 4); pen.rotate(-Math.PI / 2); pen.fillText(state.members[state.columns[c]].asn, 0, 0); pen.restore(); }
  pen.restore();
}

function go(row, column, follow) {
  if (!state.order.length) return;
  state.at = [Math.max(0, Math.min(state.order.length - 1, row)), Math.max(0, Math.min(state.columns.length - 1, column))];
  const [one, other] = [state.order[state.at[0]], state.columns[state.at[1]]];
  const tell = (n) => `${state.members[n].name} AS${state.members[n].asn}`;
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
  const where = new URL(box.dataset.url, location.href).search;
  location.href = box.dataset.pair.replace("0/0", `${state.members[one].id}/${state.members[other].id}`) + where;
}

function keep() {
  const url = new URL(location.href), put = (name, value) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
  put("sort", state.sort !== "asn" && state.sort); put("q", state.q); put("isolate", state.isolate); put("size", state.size);
  put("hide", WORDS.slice(0, SELF).filter((word) => !state.kinds.has(word)).join(","));
  history.replaceState(null, "", url);
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
      Enter: open, i: () => state.at && isolate(state.members[state.order[row]].id), Escape: () => isolate(0),
      "+": () => zoom(1), "-": () => zoom(-1),
    };
    if (actions[event.key]) { event.preventDefault(); event.stopPropagation(); actions[event.key](); }
  });
  $("-smaller").addEventListener("click", () => zoom(-1));
  $("-larger").addEventListener("click", () => zoom(1));
  $("-full").addEventListener("click", () => $("-box").requestFullscreen());
  $("-all").addEventListener("click", () => isolate(0));
  $("-sort").addEventListener("change", (event) => { state.sort = event.target.value; arrange(); keep(); });
  $("-q").addEventListener("input", (event) => { find(event.target.value); keep(); });
  $("-form").addEventListener("submit", (event) => { if (document.activeElement === $("-q")) event.preventDefault(); });
  document.querySelectorAll("input[name=kind]").forEach((tick) => tick.addEventListener("change", () => {
    if (tick.checked) state.kinds.add(tick.value); else state.kinds.delete(tick.value);
    arrange(); keep();
  }));
}

function find(text) {
  state.q = text.trim().toLowerCase();
  const found = state.q ? state.order.findIndex((n) => `as${state.members[n].asn} ${state.members[n].name}`.toLowerCase().includes(state.q)) : -1;
  if (found >= 0) go(found, state.at ? state.at[1] : 0, true);
  else if (state.q) said.textContent = "Nobody in this matrix has that name or ASN.";
  draw();
}

function restore() {
  const asked = new URL(location.href).searchParams;
  const level = Number.parseInt(asked.get("size"), 10);
  const usual = state.members.length > 400 ? 1 : state.members.length > 60 ? 3 : 5;
  state.size = Number.isInteger(level) ? Math.max(0, Math.min(SIZES.length - 1, level)) : usual;
  state.isolate = Number(asked.get("isolate")) || 0;
  if ([...$("-sort").options].some((option) => option.value === asked.get("sort"))) state.sort = asked.get("sort");
  (asked.get("hide") || "").split(",").forEach((word) => state.kinds.delete(word));
  $("-sort").value = state.sort;
  $("-q").value = asked.get("q") || "";
  document.querySelectorAll("input[name=kind]").forEach((tick) => { tick.checked = state.kinds.has(tick.value); });
}

if (box) {
  const answer = await fetch(box.dataset.url);
  if (answer.ok) {
    unpack(await answer.arrayBuffer());
    box.hidden = $("-tools").hidden = false;
    said.textContent = "Point at a pair, or walk with the arrow keys; Enter opens it.";
    restore(); listen(); arrange(); find($("-q").value);
    document.documentElement.dataset.matrix = "drawn";
  } else said.textContent = "The drawing could not be loaded. Reload the page; the table shows the same.";
}
