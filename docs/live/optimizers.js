// SGD, momentum, RMSProp and Adam race down a loss surface of two parameters.
import { createStage, decades, line, mark, power, written } from "./chart.js";
import { createChoice } from "./choice.js";
import { GOAL, STEPS, TITLES, createRace, report, tell } from "./optimizers_race.js";
import { SURFACES, contours, levels } from "./optimizers_surfaces.js";

const RATES = [0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.2, 0.3, 0.5, 0.7, 1];
const LOOKS = {
  sgd: { shape: "circle", dash: [] },
  momentum: { shape: "square", dash: [7, 3] },
  rmsprop: { shape: "triangle", dash: [2, 3] },
  adam: { shape: "diamond", dash: [8, 3, 2, 3] },
};
const NAMES = Object.keys(LOOKS);
const NAMED = { ravine: "Ravine", valley: "Bent valley", saddle: "Saddle", bumps: "Bumps" };
const RUN = { every: 40, steps: 1 }; // milliseconds between so many steps
const STILL = { every: 900, steps: 25 }; // for who asked for less motion
const HURRY = 60; // steps after which the race goes faster and faster
const NUDGE = 1 / 40; // of the picture's side, for an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
let demos = 0;

const ROW = (id, name) => `
  <div class="live-optimizers-runner" data-name="${name}">
    <canvas aria-hidden="true"></canvas>
    <label for="${id}-${name}">${TITLES[name]}</label>
    <input type="range" id="${id}-${name}" min="0" max="${RATES.length - 1}" step="1">
    <output for="${id}-${name}"></output>
    <span class="live-optimizers-loss"></span>
  </div>`;

const TEMPLATE = (id) => `
  <div class="live-optimizers">
    <div class="live-optimizers-row"><fieldset></fieldset><fieldset></fieldset></div>
    <div class="live-optimizers-body">
      <div class="live-optimizers-map">
        <canvas role="img"></canvas>
        <button type="button" class="live-optimizers-start" aria-describedby="${id}-help"></button>
        <p class="live-help" id="${id}-help">Arrow keys move the start.</p>
      </div>
      <div>
        <canvas class="live-optimizers-chart" role="img" aria-label="Loss by step"></canvas>
        <div class="live-optimizers-runners">
          <p><span>learning rate</span><span>loss</span></p>
          ${NAMES.map((name) => ROW(id, name)).join("")}
        </div>
      </div>
    </div>
    <div class="live-optimizers-row">
      <button type="button" class="live-button">Play</button>
      <button type="button" class="live-button">Step</button>
      <button type="button" class="live-button">Finish</button>
      <button type="button" class="live-button">Reset</button>
      <span class="live-optimizers-step"></span>
    </div>
    <p class="live-answer"></p>
    <p class="live-status" role="status"></p>
  </div>`;

/** A coordinate in one or two decimals, with a true minus. */
const short = (value) => value.toFixed(Math.abs(value) < 0.1 ? 2 : 1).replace("-", "−");

/** Build the demo in `root`; returns the race, for tests and for the console. */
export function mount(root, { signal }) {
  const id = `live-optimizers-${++demos}`;
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [first, second] = root.querySelectorAll("fieldset");
  const [map, handle, chart] = [$(".live-optimizers-map canvas"), $(".live-optimizers-start"), $(".live-optimizers-chart")];
  const [play, step, finish, restart] = root.querySelectorAll("button.live-button");
  const [answer, status, count] = [$(".live-answer"), $(".live-status"), $(".live-optimizers-step")];
  const rows = [...root.querySelectorAll(".live-optimizers-runner")];
  const less = matchMedia("(prefers-reduced-motion: reduce)");
  let kind = "ravine", definition = "pytorch", surface, start, rates, race, lines;
  let since = null; // when the last step was taken, while the race runs
  let frame = 0; // in which the next will be
  let pointer = null; // the one that drags the start

  // The pictures --------------------------------------------------------------------------------

  /** From the surface's parameters to the map's pixels. */
  const place = ([x, y], side) => [
    (x - surface.left) / surface.side * side,
    side - (y - surface.bottom) / surface.side * side,
  ];

  const paintMap = createStage(map, { signal, paint(context, width, height, colour) {
    context.clearRect(0, 0, width, height);
    lines.forEach((pieces, n) => {
      context.globalAlpha = 0.75 - 0.4 * n / lines.length;
      context.beginPath();
      for (const [a, b, c, d] of pieces) {
        context.moveTo(...place([a, b], width));
        context.lineTo(...place([c, d], width));
      }
      Object.assign(context, { strokeStyle: colour("contour"), lineWidth: 1 });
      context.stroke();
    });
    context.globalAlpha = 1;
    for (const lowest of surface.minima) paintCross(context, place(lowest, width), colour("ink"));
    for (const { name, path } of race.runners) paintPath(context, name, path.map((point) => place(point, width)), colour);
  } });

  function paintCross(context, [x, y], colour) {
    line(context, [[x - 5, y - 5], [x + 5, y + 5]], colour, 2);
    line(context, [[x - 5, y + 5], [x + 5, y - 5]], colour, 2);
  }

  function paintPath(context, name, points, colour) {
    const { shape, dash } = LOOKS[name];
    line(context, points, colour(name), 2, dash);
    points.slice(1, 40).forEach((point) => mark(context, shape, ...point, 2, colour(name), colour(name)));
    if (points.length > 1) mark(context, shape, ...points.at(-1), 5, colour(name), colour("panel"));
  }

  const paintLosses = createStage(chart, { signal, paint(context, width, height, colour) {
    const [left, top, right, bottom] = [44, 6, width - 8, height - 20];
    const steps = Math.max(50, race.step), [low, high] = [-4, 2];
    const x = (n) => left + n / steps * (right - left);
    const y = (loss) => bottom - (Math.max(low, Math.min(high + 0.15, Math.log10(loss))) - low) / (high - low) * (bottom - top);
    context.clearRect(0, 0, width, height);
    context.fillStyle = colour("quiet");
    Object.assign(context, { textAlign: "right", textBaseline: "middle" });
    for (const exponent of decades(low, high, 4)) {
      line(context, [[left, y(10 ** exponent)], [right, y(10 ** exponent)]], colour("rule"), 1);
      context.fillText(`${exponent === low ? "≤ " : ""}${power(exponent)}`, left - 5, y(10 ** exponent));
    }
    line(context, [[left, y(GOAL)], [right, y(GOAL)]], colour("ink"), 1, [2, 2]);
    context.fillText(`step ${steps}`, right, height - 7);
    context.textAlign = "left";
    context.fillText("0", left, height - 7);
    for (const { name, losses } of race.runners) {
      const { shape, dash } = LOOKS[name], points = losses.map((loss, n) => [x(n), y(loss)]);
      line(context, points, colour(name), 1.75, dash);
      mark(context, shape, ...points.at(-1), 4, colour(name), colour("panel"));
    }
  } });

  const marks = rows.map((row) => createStage(row.querySelector("canvas"), { signal, paint(context, width, height, colour) {
    const { name } = row.dataset, { shape, dash } = LOOKS[name];
    line(context, [[0, height / 2], [width, height / 2]], colour(name), 2, dash);
    mark(context, shape, width / 2, height / 2, 4.5, colour(name), colour("paper"));
  } }));

  /** Show the race as it stands. */
  function show() {
    paintMap();
    paintLosses();
    const [across, up] = place(start, 100);
    Object.assign(handle.style, { left: `${across}%`, top: `${up}%` });
    handle.setAttribute("aria-label", `Start at ${short(start[0])}, ${short(start[1])}`);
    map.setAttribute("aria-label", `${NAMED[kind]}: contour lines of the loss, and each optimizer’s path after ${race.step} steps`);
    count.textContent = `step ${race.step}`;
    rows.forEach((row, n) => {
      const { losses, arrived, left } = race.runners[n], loss = row.querySelector(".live-optimizers-loss");
      loss.textContent = left !== null && arrived === null ? "left" : written(losses.at(-1));
      loss.classList.toggle("live-optimizers-home", arrived !== null);
    });
    play.textContent = since === null ? "Play" : "Pause";
    answer.textContent = race.over ? tell(race)
      : race.step ? "" : `Choose a start on the map, and press Play. The goal is a loss below ${GOAL}.`;
  }

  // The race ------------------------------------------------------------------------------------

  function reset() {
    since = null;
    race = createRace(surface, { start, rates, definition });
    show();
  }

  function choose(name) {
    kind = name;
    surface = SURFACES[kind];
    start = surface.start;
    rates = { ...surface.rates };
    lines = contours(surface, levels(surface));
    showRates();
  }

  function showRates() {
    for (const row of rows) {
      const [input, output] = row.querySelectorAll("input, output"), rate = rates[row.dataset.name];
      input.value = RATES.indexOf(rate);
      output.textContent = rate;
      input.setAttribute("aria-valuetext", `learning rate ${rate}`);
    }
  }

  /** Say what there is to hear: once, when the race ends or is stopped. */
  function speak() {
    status.textContent = race.over ? tell(race) : report(race, written);
  }

  function go(steps) {
    for (let n = 0; n < steps && !race.over; n++) race.advance();
    if (race.over) since = null;
    show();
    if (race.over) speak();
  }

  function toggle() {
    if (since !== null) {
      since = null;
      show();
      return speak();
    }
    if (race.over) reset();
    since = performance.now();
    show();
    frame = requestAnimationFrame(tick);
  }

  function tick(now) {
    if (since === null) return;
    const { every, steps } = less.matches ? STILL : RUN;
    const times = Math.max(0, Math.floor((now - since) / every));
    since += times * every;
    if (times) go(Math.min(times, 5) * (less.matches ? steps : Math.ceil(race.step / HURRY) || 1));
    frame = requestAnimationFrame(tick);
  }

  // The start -----------------------------------------------------------------------------------

  /** Put the start where it was asked for, inside the picture, and all runners there. */
  function startAt(point) {
    const low = [surface.left, surface.bottom];
    start = point.map((value, i) => Math.max(low[i], Math.min(low[i] + surface.side, value)));
    reset();
  }

  function pointed({ clientX, clientY }) {
    const { left, top, width, height } = map.getBoundingClientRect();
    return startAt([
      surface.left + (clientX - left) / width * surface.side,
      surface.bottom + (1 - (clientY - top) / height) * surface.side,
    ]);
  }

  function onPointerDown(event) {
    if (pointer !== null || event.button !== 0) return;
    // A finger drags the start by its handle; elsewhere on the map it scrolls the page, or taps.
    if (event.pointerType === "touch" && event.target !== handle) return;
    pointer = event.pointerId;
    event.target.setPointerCapture(pointer);
    if (event.target === map) pointed(event);
  }

  function onKeyDown(event) {
    if (!(event.key in ARROWS) || event.altKey || event.ctrlKey || event.metaKey) return;
    const far = (event.shiftKey ? 4 : 1) * NUDGE * surface.side;
    startAt(start.map((value, i) => value + ARROWS[event.key][i] * far));
    event.preventDefault(); // so that the page does not scroll
  }

  for (const target of [map, handle]) {
    on(target, "pointerdown", onPointerDown);
    on(target, "pointermove", (event) => { if (event.pointerId === pointer) pointed(event); });
    for (const type of ["pointerup", "pointercancel"])
      on(target, type, (event) => { if (event.pointerId === pointer) pointer = null; });
  }
  on(map, "click", pointed);
  on(handle, "keydown", onKeyDown);
  on(play, "click", toggle);
  on(step, "click", () => {
    if (race.over) reset();
    since = null;
    go(1);
    if (!race.over) speak();
  });
  on(finish, "click", () => {
    since = null;
    go(STEPS);
  });
  on(restart, "click", reset);
  for (const row of rows)
    on(row.querySelector("input"), "input", ({ target }) => {
      rates[row.dataset.name] = RATES[target.value];
      showRates();
      reset();
    });
  signal.addEventListener("abort", () => cancelAnimationFrame(frame), { once: true });
  createChoice(first, {
    name: `${id}-surface`, legend: "Surface", options: NAMED, chosen: kind, signal,
    changed(name) { choose(name); reset(); },
  });
  createChoice(second, {
    name: `${id}-definition`, legend: "As defined in", chosen: definition, signal,
    options: { pytorch: "PyTorch", keras: "TensorFlow" },
    changed(name) { definition = name; reset(); },
  });

  choose(kind);
  reset();
  while (!race.over) race.advance(); // as in the still picture; nobody asked, so nothing is read out
  show();
  return { race: () => race, start: () => start, startAt };
}
