// Paints what is in view of the matrix: the pairs as pixels in one go, over them names and frame.
export const SELF = 5;

const sheet = document.createElement("canvas");
let image = null, tiles = [], made = "";

export function paint(canvas, box, view) {
  const look = getComputedStyle(box), colour = (name) => look.getPropertyValue(`--p-${name}`).trim();
  const width = box.clientWidth, height = box.clientHeight, sharp = window.devicePixelRatio || 1;
  fit(canvas, width, height, sharp);
  const pen = canvas.getContext("2d");
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  pen.imageSmoothingEnabled = false;
  const { size: s, head: h } = view, left = Math.floor(box.scrollLeft / s), top = Math.floor(box.scrollTop / s);
  const seen = {
    pen, s, h, width, height, left, top, colour,
    right: Math.min(view.columns.length, left + Math.ceil((width - h) / s) + 1),
    bottom: Math.min(view.rows.length, top + Math.ceil((height - h) / s) + 1),
    x: (column) => h + column * s - box.scrollLeft,
    y: (row) => h + row * s - box.scrollTop,
  };
  pen.fillStyle = colour("surface");
  pen.fillRect(0, 0, width, height);
  stripes(seen, view);
  cells(seen, view, sharp);
  if (view.at) { pen.strokeStyle = colour("focus"); pen.lineWidth = 2; pen.strokeRect(seen.x(view.at[1]), seen.y(view.at[0]), s, s); }
  names(seen, view);
}

function fit(canvas, width, height, sharp) {
  const across = Math.round(width * sharp), down = Math.round(height * sharp);
  if (canvas.width === across && canvas.height === down) return;
  canvas.width = across; canvas.height = down;
  canvas.style.width = `${width}px`; canvas.style.height = `${height}px`;
}

// Row and column of the pair in question, and of everybody that was searched for.
function stripes({ pen, s, width, height, left, right, top, bottom, x, y, colour }, { at, rows, columns, hit }) {
  pen.fillStyle = colour("cross");
  for (let r = top; r < bottom; r += 1) if ((at && at[0] === r) || hit(rows[r])) pen.fillRect(0, y(r), width, s);
  for (let c = left; c < right; c += 1) if ((at && at[1] === c) || hit(columns[c])) pen.fillRect(x(c), 0, s, height);
}

// A tenth of what a call for each pair takes: every pixel is copied from the tile of its link.
function cells({ pen, s, left, right, top, bottom, x, y, colour }, { rows, columns, code, shows }, sharp) {
  if (right <= left || bottom <= top) return;
  const side = Math.max(1, Math.round(s * sharp)), across = (right - left) * side, down = (bottom - top) * side;
  makeTiles(s, side, colour);
  const shown = tiles.map((tile, link) => (link && shows(link) ? tile : tiles[0]));
  if (!image || image.width !== across || image.height !== down) {
    image = new ImageData(across, down);
    sheet.width = across; sheet.height = down;
  }
  const pixels = new Uint32Array(image.data.buffer);
  for (let r = top; r < bottom; r += 1) {
    for (let c = left; c < right; c += 1) {
      const tile = shown[code(rows[r], columns[c])];
      let to = (r - top) * side * across + (c - left) * side, from = 0;
      for (let line = 0; line < side; line += 1, to += across - side) for (let dot = 0; dot < side; dot += 1) { pixels[to] = tile[from]; to += 1; from += 1; }
    }
  }
  sheet.getContext("2d").putImageData(image, 0, 0);
  pen.drawImage(sheet, x(left), y(top), (right - left) * s, (bottom - top) * s);
}

function makeTiles(s, side, colour) {
  const fills = ["", "poss", "rs", "bi-bg", "bi-bg", "line"].map((name) => name && colour(name)), inner = colour("rs-bar");
  const key = [s, side, inner, ...fills].join();
  if (key === made) return;
  made = key;
  const small = document.createElement("canvas");
  small.width = small.height = side;
  const pen = small.getContext("2d", { willReadFrequently: true });
  pen.scale(side / s, side / s);
  tiles = fills.map((fill, link) => {
    pen.clearRect(0, 0, s, s);
    if (link) (s < 7 ? dots : shape)(pen, link, s, fill, inner);
    return new Uint32Array(pen.getImageData(0, 0, side, side).data.buffer);
  });
}

// Told apart without colour: ring, small box, disc, filled box with a box in it.
function shape(pen, link, s, fill, inner) {
  pen.fillStyle = pen.strokeStyle = fill;
  if (link === SELF) pen.fillRect(0, 0, s - 1, s - 1);
  else if (link === 2) pen.fillRect(s * 0.3, s * 0.3, s * 0.4, s * 0.4);
  else if (link === 4) { pen.fillRect(1, 1, s - 2, s - 2); pen.fillStyle = inner; pen.fillRect(s * 0.35, s * 0.35, s * 0.3, s * 0.3); }
  else {
    pen.beginPath(); pen.arc(s / 2, s / 2, s * (link === 3 ? 0.36 : 0.28), 0, 7);
    if (link === 3) pen.fill(); else { pen.lineWidth = 1; pen.setLineDash([2, 2]); pen.stroke(); pen.setLineDash([]); }
  }
}

// Where no shape has room: the surer the link, the more of the cell is filled.
const DOTS = {
  2: ["", "10 00", "10 01", "11 10", "11 11", "11 11"],
  4: ["", "1000 0000 0000 0000", "0000 0110 0110 0000", "0100 1110 0100 0000", "1110 1210 1110 0000", "1111 1111 1111 1111"],
};
function dots(pen, link, s, fill, inner) {
  DOTS[s][link].split(" ").forEach((line, y) => [...line].forEach((dot, x) => {
    pen.fillStyle = dot === "2" ? inner : fill;
    if (dot !== "0") pen.fillRect(x, y, 1, 1);
  }));
}

function names(seen, view) {
  const { pen, s, h, width, height, left, right, top, bottom, x, y, colour } = seen, { rows, columns, own, label } = view;
  pen.fillStyle = colour("sunken"); pen.fillRect(0, 0, width, h); pen.fillRect(0, 0, h, height);
  const mine = (list, from, to, mark) => { for (let n = from; n < to; n += 1) if (list[n] === own) mark(n); };
  pen.save(); pen.fillStyle = colour("accent");
  pen.beginPath(); pen.rect(0, h, h, height); pen.rect(h, 0, width, h); pen.clip();
  mine(rows, top, bottom, (r) => pen.fillRect(0, y(r), 3, Math.max(s, 3)));
  mine(columns, left, right, (c) => pen.fillRect(x(c), 0, Math.max(s, 3), 3));
  pen.restore();
  if (s < 12) return;
  const font = (member) => `${member === own ? "bold " : ""}${Math.min(12, s - 1)}px system-ui, sans-serif`;
  pen.fillStyle = colour("text"); pen.textBaseline = "middle";
  pen.save(); pen.beginPath(); pen.rect(0, h, h, height); pen.clip(); pen.textAlign = "right";
  for (let r = top; r < bottom; r += 1) { pen.font = font(rows[r]); pen.fillText(label(rows[r]), h - 4, y(r) + s / 2); }
  pen.restore();
  pen.save(); pen.beginPath(); pen.rect(h, 0, width, h); pen.clip(); pen.textAlign = "left";
  for (let c = left; c < right; c += 1) { pen.save(); pen.translate(x(c) + s / 2, h - 4); pen.rotate(-Math.PI / 2); pen.font = font(columns[c]); pen.fillText(label(columns[c]), 0, 0); pen.restore(); }
  pen.restore();
}
