"use strict";
// The page of one bundle at a time: axes from its space become controls; each change asks for an answer and draws it.
// Values in the address set the controls: /?bundle=default&depth=12&lr=0.1

const by = id => document.getElementById(id);
const SLIDER = 1000; // positions of a slider without a grid
let bundle = null; // the description
let axes = []; // {param, box, get, set}
let asked = 0; // number of the last request; older answers are dropped

function make(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  e.append(...children);
  return e;
}

function digits(x, n = 5) {
  const t = Number(x.toPrecision(n));
  return Math.abs(t) >= 1e12 || (t !== 0 && Math.abs(t) < 1e-4) ? t.toExponential() : t.toLocaleString("en", { maximumSignificantDigits: n });
}

// The server's token, where it asks for one, is kept for this tab alone.
function send(path, options = {}) {
  const token = sessionStorage.getItem("eahas-token");
  const headers = { ...options.headers, ...(token ? { Authorization: "Bearer " + token } : {}) };
  return fetch(path, { ...options, headers });
}

async function get(path) {
  let r = await send(path);
  while (r.status === 401) {
    const token = prompt("This server asks for its token:");
    if (!token) break;
    sessionStorage.setItem("eahas-token", token.trim());
    r = await send(path);
  }
  const body = await r.json();
  if (!r.ok) throw new Error(body.error);
  return body;
}

// Controls

const isNumeric = p => p.kind === "linear" || p.kind === "log" || p.kind === "integer";
const stepOf = p => p.step || (p.kind === "integer" ? 1 : 0);

// toSlider and fromSlider map a value to a slider's position and back; the value lies on the axis' grid.
function toSlider(p, x) {
  const t = p.kind === "log" || p.log ? Math.log(x / p.low) / Math.log(p.high / p.low) : (x - low(p)) / (high(p) - low(p));
  return Math.round(t * SLIDER);
}
function fromSlider(p, at) {
  const t = at / SLIDER;
  let x = p.kind === "log" || p.log ? p.low * Math.pow(p.high / p.low, t) : low(p) + t * (high(p) - low(p));
  const s = stepOf(p);
  x = s ? low(p) + Math.round((x - low(p)) / s) * s : Number(x.toPrecision(4));
  return Math.min(high(p), Math.max(low(p), Number(x.toPrecision(12))));
}
const low = p => p.low || 0, high = p => p.high || 0; // 0 is left out of the description

function control(p) {
  const id = "axis-" + p.name;
  const label = make("label", { for: id }, p.name);
  if (p.unit) label.append(" ", make("small", {}, p.unit));
  const box = make("div", { class: "axis", title: p.doc || "" }, label);
  box.dataset.axis = p.name;
  if (!isNumeric(p)) {
    const select = make("select", { id });
    if (p.optional) select.append(make("option", { value: "" }, "not set"));
    p.choices.forEach((c, i) => select.append(make("option", { value: i }, String(c))));
    select.addEventListener("input", ask);
    box.append(select);
    return {
      param: p, box,
      get: () => select.value === "" ? null : p.choices[select.value],
      set: v => { const i = p.choices.findIndex(c => String(c) === String(v)); select.value = i < 0 ? "" : i; },
    };
  }
  const number = make("input", { id, type: "number", step: "any" });
  const slider = make("input", { type: "range", min: 0, max: SLIDER, "aria-label": p.name });
  number.addEventListener("input", () => { if (number.value !== "") slider.value = toSlider(p, Number(number.value)); ask(); });
  slider.addEventListener("input", () => { number.value = fromSlider(p, Number(slider.value)); ask(); });
  box.append(number, slider);
  return {
    param: p, box,
    get: () => number.value === "" ? null : Number(number.value),
    set: v => { number.value = v ?? ""; if (v != null) slider.value = toSlider(p, Number(v)); },
  };
}

const same = (a, b) => a === b || (a !== null && b !== null && typeof a !== typeof b && Number(a) === Number(b));

function active(p) {
  if (!p.when) return true;
  const on = axes.find(a => a.param.name === p.when.param);
  return active(on.param) && p.when.in.some(v => same(v, on.get()));
}

function configuration() {
  const c = {};
  for (const a of axes) {
    a.box.hidden = !active(a.param);
    const v = a.get();
    if (!a.box.hidden && v !== null) c[a.param.name] = v;
  }
  return c;
}

// A value for every axis, so that one that becomes active is not empty.
function fallback(p) {
  if (p.optional) return null;
  return isNumeric(p) ? fromSlider(p, SLIDER / 2) : p.choices[0];
}

function setAll(config) {
  for (const a of axes) a.set(config[a.param.name] ?? fallback(a.param));
}

// Answers

async function ask() {
  const number = ++asked;
  const config = configuration();
  const address = new URLSearchParams({ bundle: bundle.name, ...config });
  history.replaceState(null, "", "?" + address);
  let r, body;
  try {
    r = await send(`v1/bundles/${bundle.name}/query`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ config }) });
    body = await r.json();
  } catch (e) {
    if (number === asked) say("failed", "No answer: " + e.message);
    return;
  }
  if (number !== asked) return;
  for (const a of axes) {
    a.box.classList.toggle("bad", body.axis === a.param.name);
    a.box.classList.toggle("far", (body.outside_axes || []).includes(a.param.name));
  }
  if (!r.ok) {
    say(r.status === 422 ? "refused" : "failed", (r.status === 422 ? "Refused: " : "Failed: ") + plain(body.error));
    return;
  }
  show(body);
  if (body.extrapolates) {
    const by = body.outside_axes.join(", ");
    say("extrapolates", "Extrapolates: beyond the training data " + (by === "combination" ? "by the combination of values" : "in " + by));
  } else {
    say("answered", `Within the training data${body.clips ? `; ${body.clips} points of the curve were moved into its bounds` : ""}`);
  }
}

const plain = text => text.replace(/^configuration refused: features: /, "");

function say(state, text) {
  document.body.dataset.state = state;
  by("status").textContent = text;
}

function show(a) {
  const entries = [];
  const add = (name, x, unit) => { if (x !== undefined) entries.push(make("div", {}, make("dt", {}, name), make("dd", {}, digits(x) + (unit ? " " + unit : "")))); };
  const percent = u => u === "percent" ? "%" : u || "";
  if (a.curve) add("last " + bundle.metric.name, a.curve[a.curve.length - 1], percent(a.unit));
  add("energy of the run", a.energy_total_kwh, "kWh");
  add("energy per epoch", a.energy_per_epoch_j, "J");
  add("inference energy", a.inference_energy_j, "J");
  add("time of the run", a.time_total_s, "s");
  add("time per epoch", a.time_per_epoch_s, "s");
  add("epochs", a.last_epoch);
  by("numbers").replaceChildren(...entries);
  const fixed = bundle.metric && bundle.units.curve === "percent" ? [0, 100] : null;
  chart("curve", bundle.metric ? `${bundle.metric.name}${a.unit ? ", " + a.unit : ""}, by epoch` : "", a.epochs, a.curve, fixed);
  chart("energy", a.energy_j ? "energy spent, J, by epoch" : "time passed, s, by epoch", a.epochs, a.energy_j || a.time_s, null);
}

// Charts

function shape(tag, attributes, text) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  if (text !== undefined) e.textContent = text;
  return e;
}

// ticks are at most about n round numbers from low to high.
function ticks(low, high, n) {
  const raw = (high - low) / n, size = Math.pow(10, Math.floor(Math.log10(raw)));
  const step = [1, 2, 5, 10].map(k => k * size).find(s => s >= raw);
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) out.push(Number((k * step).toPrecision(12)));
  return out;
}

function chart(id, name, xs, ys, range) {
  const svg = by(id), figure = svg.parentElement;
  figure.hidden = !xs || !ys;
  if (figure.hidden) return;
  by(id + "-name").textContent = name;
  const w = Math.max(280, svg.clientWidth || 700), h = 240, left = 78, right = 16, top = 10, bottom = 26;
  let [x0, x1] = [xs[0], xs[xs.length - 1]];
  if (x1 <= x0) [x0, x1] = [x0 - 1, x1 + 1];
  let [y0, y1] = range || [Math.min(0, ...ys.slice(0, 1)), ys.reduce((m, y) => Math.max(m, y), -Infinity)];
  if (!range && id === "curve") y0 = ys.reduce((m, y) => Math.min(m, y), Infinity);
  if (!(y1 > y0)) [y0, y1] = [y0 - 1, y1 + 1];
  const px = x => left + (x - x0) / (x1 - x0) * (w - left - right);
  const py = y => h - bottom - (y - y0) / (y1 - y0) * (h - top - bottom);
  svg.setAttribute("viewBox", `0 0 ${w} ${h}`);
  const parts = [];
  for (const t of ticks(y0, y1, 5)) {
    parts.push(shape("line", { class: "grid", x1: left, x2: w - right, y1: py(t), y2: py(t) }));
    parts.push(shape("text", { x: left - 6, y: py(t) + 4, "text-anchor": "end" }, digits(t, 4)));
  }
  for (const t of ticks(x0, x1, 8)) parts.push(shape("text", { x: px(t), y: h - 8, "text-anchor": "middle" }, digits(t, 6)));
  const stride = Math.max(1, Math.floor(xs.length / 2000));
  let d = "";
  xs.forEach((x, i) => { if (i % stride === 0 || i === xs.length - 1) d += (d ? "L" : "M") + px(x).toFixed(2) + " " + py(ys[i]).toFixed(2); });
  parts.push(shape("path", { d }));
  if (xs.length === 1) parts.push(shape("circle", { cx: px(xs[0]), cy: py(ys[0]), r: 4 }));
  const line = shape("line", { class: "mark", y1: top, y2: h - bottom, visibility: "hidden" });
  const dot = shape("circle", { r: 4, visibility: "hidden" });
  const text = shape("text", { y: top + 12, visibility: "hidden" });
  svg.replaceChildren(...parts, line, dot, text);
  const mark = i => {
    const shown = i === null ? "hidden" : "visible";
    for (const e of [line, dot, text]) e.setAttribute("visibility", shown);
    if (i === null) return;
    const x = px(xs[i]), end = x > w - 160;
    line.setAttribute("x1", x); line.setAttribute("x2", x);
    dot.setAttribute("cx", x); dot.setAttribute("cy", py(ys[i]));
    text.setAttribute("x", end ? x - 8 : x + 8);
    text.setAttribute("text-anchor", end ? "end" : "start");
    text.textContent = `epoch ${digits(xs[i], 6)}: ${digits(ys[i])}`;
  };
  svg.onpointermove = e => {
    const at = x0 + ((e.clientX - svg.getBoundingClientRect().left) / svg.clientWidth * w - left) / (w - left - right) * (x1 - x0);
    let best = 0;
    xs.forEach((x, i) => { if (Math.abs(x - at) < Math.abs(xs[best] - at)) best = i; });
    mark(best);
  };
  svg.onpointerleave = () => mark(null);
}

// Start

async function open(name, given) {
  bundle = await get("v1/bundles/" + name);
  document.title = by("title").textContent = bundle.surrogate + (bundle.synthetic ? " (SYNTHETIC)" : "");
  by("notice").textContent = bundle.notice || (bundle.synthetic ? "trained on simulated logs" : "");
  by("notice").hidden = by("notice").textContent === "";
  axes = bundle.space.params.map(control);
  by("controls").replaceChildren(...axes.map(a => a.box));
  setAll({ ...bundle.example, ...given });
  await ask();
}

async function start() {
  const address = new URLSearchParams(location.search);
  const { bundles } = await get("v1/bundles");
  if (bundles.length === 0) throw new Error("no bundle is served");
  const select = by("bundle");
  for (const b of bundles) select.append(make("option", { value: b.name }, b.name));
  const name = bundles.some(b => b.name === address.get("bundle")) ? address.get("bundle") : bundles[0].name;
  by("pick").hidden = bundles.length < 2;
  select.value = name;
  address.delete("bundle");
  const safe = f => f().catch(e => say("failed", "Failed: " + e.message));
  select.addEventListener("input", () => safe(() => open(select.value, {})));
  let seed = 0;
  by("draw").addEventListener("click", () => safe(async () => {
    const { config } = await get(`v1/bundles/${bundle.name}/sample?seed=${++seed}`);
    setAll(config);
    await ask();
  }));
  await open(name, Object.fromEntries(address));
}

start().catch(e => say("failed", "Failed: " + e.message));
