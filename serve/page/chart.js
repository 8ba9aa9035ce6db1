"use strict";
// Charts: lines with a band over epochs, and dots of a trade. What is drawn is a list of series
// {name, kind, xs, ys, low, high}; kind is a class of the style sheet.

function digits(x, n = 5) {
  const t = Number(x.toPrecision(n));
  return Math.abs(t) >= 1e12 || (t !== 0 && Math.abs(t) < 1e-4) ? t.toExponential()
    : t.toLocaleString("en", { maximumSignificantDigits: n });
}

// unitFor returns [factor, name]: the unit that values up to most, in J or s, are shown in.
function unitFor(unit, most) {
  const at = Math.abs(most);
  if (unit === "J") for (const [f, n] of [[1e9, "GJ"], [1e6, "MJ"], [1e3, "kJ"], [1, "J"]]) if (at >= f) return [f, n];
  if (unit === "s") for (const [f, n] of [[3600, "h"], [60, "min"], [1, "s"], [1e-3, "ms"]]) if (at >= f) return [f, n];
  return [1, unit || ""];
}

function quantity(x, unit, n = 4) {
  const [factor, name] = unitFor(unit, x);
  return digits(x / factor, n) + (name ? " " + name : "");
}

function shape(tag, attributes, text) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  if (text !== undefined) e.textContent = text;
  return e;
}

// ticks are at most about n round numbers from low to high.
function ticks(low, high, n) {
  const raw = (high - low) / n;
  if (!(raw > 0) || !isFinite(raw)) return [];
  const size = Math.pow(10, Math.floor(Math.log10(raw)));
  const step = [1, 2, 5, 10].map(k => k * size).find(s => s >= raw), first = Math.ceil(low / step - 1e-9);
  const out = [];
  for (let k = 0; k < 3 * n + 4; k++) {
    const x = (first + k) * step;
    if (!(x <= high + 1e-9 * step)) break;
    out.push(Number(x.toPrecision(12)));
  }
  return out;
}

const finite = xs => (xs || []).filter(x => x !== null && isFinite(x));

function extent(lists) {
  let low = Infinity, high = -Infinity;
  for (const xs of lists) for (const x of finite(xs)) { low = Math.min(low, x); high = Math.max(high, x); }
  return low > high ? [0, 1] : [low, high];
}

// frame draws grid and labels and returns the scales. Values are divided by the units' factors for the labels.
function frame(svg, [x0, x1], [y0, y1], xUnit, yUnit) {
  const w = Math.max(260, svg.clientWidth || 700), h = Math.max(90, svg.clientHeight || 240);
  const right = 14, top = 8, bottom = 22;
  if (!(x1 > x0)) [x0, x1] = [x0 - 1, x1 + 1];
  if (!(y1 - y0 > 1e-9 * Math.max(Math.abs(y0), Math.abs(y1))))
    [y0, y1] = [y0 - Math.max(1e-6, Math.abs(y0) / 10), y1 + Math.max(1e-6, Math.abs(y1) / 10)];
  const [yf] = unitFor(yUnit, Math.max(Math.abs(y0), Math.abs(y1))),
    [xf] = unitFor(xUnit, Math.max(Math.abs(x0), Math.abs(x1)));
  const yTicks = ticks(y0 / yf, y1 / yf, h < 150 ? 3 : 5), labels = yTicks.map(t => digits(t, 4));
  const left = 14 + 7 * Math.max(2, ...labels.map(t => t.length));
  const px = x => left + (x - x0) / (x1 - x0) * (w - left - right),
    py = y => h - bottom - (y - y0) / (y1 - y0) * (h - top - bottom);
  svg.setAttribute("viewBox", `0 0 ${w} ${h}`);
  const parts = [];
  yTicks.forEach((t, i) => {
    parts.push(shape("line", { class: "grid", x1: left, x2: w - right, y1: py(t * yf), y2: py(t * yf) }));
    parts.push(shape("text", { x: left - 6, y: py(t * yf) + 4, "text-anchor": "end" }, labels[i]));
  });
  let end = -Infinity; // of the label before: none stands over another
  for (const t of ticks(x0 / xf, x1 / xf, w < 400 ? 4 : 8)) {
    const text = digits(t, 6), half = 3.5 * text.length, at = Math.min(w - half - 1, px(t * xf));
    if (at - half < end + 6) continue;
    end = at + half;
    parts.push(shape("text", { x: at, y: h - 6, "text-anchor": "middle" }, text));
  }
  return { w, h, left, right, top, bottom, px, py, x0, x1, parts };
}

function linePath(f, s, ys) {
  const stride = Math.max(1, Math.floor(s.xs.length / 2000));
  let d = "", pen = "M";
  s.xs.forEach((x, i) => {
    if (i % stride && i !== s.xs.length - 1) return;
    if (ys[i] === null || !isFinite(ys[i])) { pen = "M"; return; }
    d += pen + f.px(x).toFixed(2) + " " + f.py(ys[i]).toFixed(2);
    pen = "L";
  });
  return d;
}

function bandPath(f, s) {
  const at = (i, ys) => f.px(s.xs[i]).toFixed(2) + " " + f.py(ys[i]).toFixed(2);
  const up = s.xs.map((_, i) => at(i, s.high)), down = s.xs.map((_, i) => at(i, s.low)).reverse();
  return "M" + up.concat(down).join("L") + "Z";
}

// lineChart draws series over epochs; the first is the present one. range is fixed, or null.
function lineChart(id, name, series, unit, range) {
  const svg = document.getElementById(id), figure = svg.parentElement;
  series = series.filter(s => s.xs && s.ys && s.xs.length);
  figure.hidden = series.length === 0;
  if (figure.hidden) return;
  const y = range ||
    extent(series.flatMap(s => [s.ys, s.low, s.high]).concat(id === "curve" || id.startsWith("own-") ? [] : [[0]]));
  const f = frame(svg, extent(series.map(s => s.xs)), y, "", unit);
  const [factor, shown] = unitFor(unit, Math.max(Math.abs(y[0]), Math.abs(y[1])));
  document.getElementById(id + "-name").textContent = name + (shown ? ", " + shown : "") + ", by epoch";
  for (const s of series) if (s.low) f.parts.push(shape("path", { class: "band", d: bandPath(f, s) }));
  for (const s of series) {
    f.parts.push(shape("path", { class: s.kind, d: linePath(f, s, s.ys) }));
    if (s.xs.length === 1) f.parts.push(shape("circle", { class: s.kind, cx: f.px(s.xs[0]), cy: f.py(s.ys[0]), r: 4 }));
  }
  // The values under the pointer, of all series.
  const line = shape("line", { class: "mark", y1: f.top, y2: f.h - f.bottom, visibility: "hidden" });
  const dots = series.map(s => shape("circle", { class: s.kind, r: 4, visibility: "hidden" }));
  const texts = series.map((s, k) => shape("text", { class: "value", y: f.top + 12 + 14 * k, visibility: "hidden" }));
  svg.replaceChildren(...f.parts, line, ...dots, ...texts);
  const show = (e, on) => e.setAttribute("visibility", on ? "visible" : "hidden");
  svg.onpointermove = e => {
    const at = f.x0 + ((e.clientX - svg.getBoundingClientRect().left) / svg.clientWidth * f.w - f.left) /
      (f.w - f.left - f.right) * (f.x1 - f.x0);
    show(line, true);
    series.forEach((s, k) => {
      let best = 0;
      s.xs.forEach((x, i) => { if (Math.abs(x - at) < Math.abs(s.xs[best] - at)) best = i; });
      const x = f.px(s.xs[best]), end = x > f.w / 2;
      if (k === 0) { line.setAttribute("x1", x); line.setAttribute("x2", x); }
      dots[k].setAttribute("cx", x);
      dots[k].setAttribute("cy", f.py(s.ys[best]));
      texts[k].setAttribute("x", end ? x - 8 : x + 8);
      texts[k].setAttribute("text-anchor", end ? "end" : "start");
      const bounds = s.low ? ` (${digits(s.low[best] / factor, 4)} to ${digits(s.high[best] / factor, 4)})` : "";
      texts[k].textContent = `${series.length > 1 ? s.name + ", " : ""}epoch ${digits(s.xs[best], 6)}: ${digits(s.ys[best] / factor)}${bounds}`;
      show(dots[k], true);
      show(texts[k], true);
    });
  };
  svg.onpointerleave = () => [line, ...dots, ...texts].forEach(e => show(e, false));
}

// frontOf lists the dots that no other beats in both: less x, and less (or more) y.
function frontOf(dots, lowerBetter) {
  const sorted = [...dots].sort((a, b) => a.x - b.x || (lowerBetter ? a.y - b.y : b.y - a.y));
  const out = [];
  for (const d of sorted)
    if (!out.length || (lowerBetter ? d.y < out[out.length - 1].y : d.y > out[out.length - 1].y)) out.push(d);
  return out;
}

// tradeChart draws dots {x, y, kind, title, pick}; samples first, so that the present one lies on top.
function tradeChart(id, name, dots, unit, lowerBetter) {
  const svg = document.getElementById(id), figure = svg.parentElement;
  dots = dots.filter(d => isFinite(d.x) && isFinite(d.y));
  figure.hidden = dots.length < 2;
  if (figure.hidden) return;
  const xs = extent([dots.map(d => d.x)]), f = frame(svg, xs, extent([dots.map(d => d.y)]), unit, "");
  document.getElementById(id + "-name").textContent = name + ", " + unitFor(unit, xs[1])[1];
  const front = frontOf(dots.filter(d => d.kind === "sample"), lowerBetter);
  f.parts.push(shape("path",
    { class: "front", d: "M" + front.map(d => f.px(d.x).toFixed(1) + " " + f.py(d.y).toFixed(1)).join("L") }));
  for (const d of dots) {
    const c = shape("circle", { class: d.kind, cx: f.px(d.x), cy: f.py(d.y), r: d.kind === "sample" ? 3.5 : 6 });
    c.append(shape("title", {}, d.title));
    if (d.pick) { c.style.cursor = "pointer"; c.addEventListener("click", d.pick); }
    f.parts.push(c);
  }
  svg.replaceChildren(...f.parts);
}
