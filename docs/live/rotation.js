// The reader turns the axes, and a rule of one threshold is scored; then a small network learns a
// change of coordinates of its own.
import { createStage, line, mark } from "./chart.js";
import { countWrong, createNetwork, createRandom, step } from "./mlp.js";
import { ANGLES, border, degreesTo, hiddenPlane, mistakes, network, rightOf, searchTurns } from "./rotation_plane.js";
import sets from "./rotation_points.js";

const RATE = 1;
const END = 1000; // steps of a run
const PAUSE = 600; // milliseconds without a change before the score is read out
const PACE = { every: 16, steps: 2 }, STILL = { every: 600, steps: 100 }; // STILL: with less motion
const SHAPES = ["circle", "square"];
let demos = 0;

const TEMPLATE = (id) => `
  <div class="live-rotation">
    <div class="live-head">
      <div class="live-rotation-sets" role="group" aria-label="Points"></div>
      <button type="button" class="live-button" data-act="search">Try every angle</button>
    </div>
    <div class="live-controls live-rotation-slider">
      <label for="${id}-angle">Turn the axes</label>
      <input type="range" id="${id}-angle" min="0" max="${ANGLES - 1}" step="1">
      <output for="${id}-angle"></output>
    </div>
    <p class="live-answer live-rotation-rule"></p>
    <div class="live-rotation-charts">
      <div><canvas class="live-rotation-plane" role="img"></canvas><p>the points and the turned axis; drag to turn it</p></div>
      <div><canvas class="live-rotation-scores" role="img"></canvas><p>points right, by angle</p></div>
    </div>
    <div class="live-rotation-learn">
      <div><canvas class="live-rotation-hidden" role="img"></canvas><p>the plane of two hidden units</p></div>
      <div>
        <div class="live-controls">
          <button type="button" class="live-button" data-act="learn">Learn</button>
          <button type="button" class="live-button" data-act="start">New start</button>
        </div>
        <p class="live-answer live-rotation-learned"></p>
      </div>
    </div>
  </div>
  <p class="live-status" role="status"></p>`;

/** Build the demo in `root`; returns what tests ask for. */
export function mount(root, { signal }) {
  const id = `live-rotation-${++demos}`, less = matchMedia("(prefers-reduced-motion: reduce)");
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const act = (name) => $(`[data-act=${name}]`);
  const [plane, chart, hidden] = ["plane", "scores", "hidden"].map((name) => $(`.live-rotation-${name}`));
  const slider = $("input"), status = $(".live-status");
  let set, points, rules, visited, degrees = 0, timer = 0;
  let seed = 0, learner, taken, loss, since = null, frame = 0; // since: when the last steps were taken

  const repaint = {
    plane: createStage(plane, { signal, paint: paintPlane }),
    chart: createStage(chart, { signal, paint: paintScores }),
    hidden: createStage(hidden, { signal, paint: paintHidden }),
  };

  /** Take a set of points; everything starts anew. */
  function choose(next) {
    set = next;
    points = set.seen.map(([x, y, label]) => ({ x, y, label }));
    rules = searchTurns(set.seen);
    visited = new Set();
    seed = 0;
    for (const [n, button] of [...$(".live-rotation-sets").children].entries()) button.ariaPressed = sets[n] === set;
    turnTo(0);
    restart();
  }

  /** Turn the axes; the threshold that suits them best is found at once. */
  function turnTo(angle) {
    degrees = angle;
    visited.add(angle);
    slider.value = angle;
    slider.setAttribute("aria-valuetext", `${angle} degrees`);
    $("output").textContent = `${angle}°`;
    const { threshold, right } = rules[angle], held = rightOf(set.held, angle, rules[angle]);
    $(".live-rotation-rule").innerHTML = `Best threshold here: <b>${threshold.toFixed(2)}</b>. It gets `
      + `<b>${right} of ${set.seen.length}</b> points right, and ${held} of ${set.held.length} held-out ones.`;
    plane.ariaLabel = `${set.seen.length} points of two classes, the axis at ${angle} degrees; ${set.seen.length - right} on the wrong side`;
    const best = Math.max(...[...visited].map((each) => rules[each].right));
    chart.ariaLabel = `Points right by angle: ${right} at ${angle} degrees, ${best} at best so far`;
    repaint.plane();
    repaint.chart();
  }

  /** Read the score out once the reader has paused. */
  function announceSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => say(`${degrees} degrees: ${rules[degrees].right} of ${set.seen.length} points right.`), PAUSE);
  }

  function say(text) {
    status.textContent = text;
  }

  function search() {
    for (let angle = 0; angle < ANGLES; angle++) visited.add(angle);
    const rights = rules.map(({ right }) => right), best = Math.max(...rights);
    turnTo(rights.indexOf(best));
    const count = rights.filter((right) => right === best).length;
    say(`${count} of ${ANGLES} angles get ${best} of ${set.seen.length} points right, the first at ${degrees} degrees.`);
  }

  /** A new network: the lesson's own first weights, then others. */
  function restart() {
    pause();
    learner = seed ? createNetwork(2, "tanh", createRandom(seed)) : network(set.start);
    [taken, loss] = [0, null];
    show();
  }

  function show() {
    const right = points.length - countWrong(learner, points);
    const words = loss === null ? "Not trained yet" : `${taken} steps, loss ${loss.toFixed(3)}`;
    $(".live-rotation-learned").innerHTML = `${words}: a straight line in the new plane gets <b>${right} of ${points.length}</b> right.`;
    hidden.ariaLabel = `The points where two hidden units put them, after ${taken} steps; ${right} of ${points.length} on the right side of a line`;
    repaint.hidden();
  }

  function play() {
    if (since !== null) return pause(true);
    if (taken >= END) restart();
    since = performance.now();
    act("learn").textContent = "Pause";
    frame = requestAnimationFrame(tick);
  }

  function tick(now) {
    if (since === null || signal.aborted) return;
    const { every, steps } = less.matches ? STILL : PACE;
    if (now - since >= every) {
      since = now;
      for (let n = 0; n < steps && taken < END; n++, taken++) loss = step(learner, points, RATE);
      show();
      if (taken >= END) return pause(true);
    }
    frame = requestAnimationFrame(tick);
  }

  /** Stop; and say where it stands. */
  function pause(aloud = false) {
    cancelAnimationFrame(frame);
    since = null;
    act("learn").textContent = "Learn";
    if (aloud) say($(".live-rotation-learned").textContent);
  }

  /** Draw points of two classes; `to` gives a place on the canvas. */
  function drawPoints(context, places, to, colour, framed = []) {
    places.forEach((place, n) => {
      const kind = set.seen[n][2], wrong = framed.includes(n);
      const [x, y] = to(place);
      mark(context, SHAPES[kind], x, y, 4, colour(kind ? "above" : "below"), colour(wrong ? "ink" : "panel"));
      if (wrong) ring(context, x, y, colour("ink"));
    });
  }

  function ring(context, x, y, colour) {
    context.beginPath();
    context.arc(x, y, 8, 0, 2 * Math.PI);
    Object.assign(context, { strokeStyle: colour, lineWidth: 1.2 });
    context.stroke();
  }

  function paintPlane(context, width, height, colour) {
    if (!set) return;
    const half = Math.min(width, height) / 2;
    const to = ([x, y]) => [width / 2 + half * x, height / 2 - half * y];
    const angle = (degrees * Math.PI) / 180, [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    const { threshold } = rules[degrees];
    line(context, [[-cosine, -sine], [cosine, sine]].map(to), colour("quiet"), 1);
    line(context, [[sine, -cosine], [-sine, cosine]].map(to), colour("quiet"), 0.6);
    const [x, y] = to([0.94 * cosine, 0.94 * sine]);
    mark(context, "circle", x, y, 6, colour("quiet"), colour("panel")); // a handle
    line(context, border(-threshold, cosine, sine).map(to), colour("ink"), 1.6, [5, 4]);
    drawPoints(context, set.seen, to, colour, mistakes(set.seen, degrees, rules[degrees]));
  }

  function paintScores(context, width, height, colour) {
    if (!set) return;
    const [left, bottom, count] = [28, 20, set.seen.length];
    const to = (angle, right) => [left + (width - left - 8) * (angle / ANGLES),
      height - bottom - (height - bottom - 12) * ((right - count / 2) / (count / 2))];
    context.fillStyle = colour("quiet");
    for (const right of [count / 2, 0.75 * count, count]) {
      const [, y] = to(0, right);
      line(context, [[left, y], [width - 8, y]], colour("rule"), 1);
      context.textAlign = "right";
      context.fillText(String(right), left - 5, y + 4);
    }
    context.textAlign = "center";
    for (const angle of [0, 45, 90, 135]) context.fillText(`${angle}°`, Math.max(to(angle, 0)[0], left + 6), height - 5);
    for (const angle of visited) {
      const [x, y] = to(angle, rules[angle].right);
      context.fillStyle = colour("above");
      context.fillRect(x - 1, y - 1.5, 3, 3);
    }
    const [x, y] = to(degrees, rules[degrees].right);
    mark(context, "circle", x, y, 5, colour("ink"), colour("panel"));
  }

  function paintHidden(context, width, height, colour) {
    if (!learner) return;
    const half = Math.min(width, height) / 2 / 1.08;
    const to = ([x, y]) => [width / 2 + half * x, height / 2 - half * y];
    line(context, [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]].map(to), colour("rule"), 1);
    const ends = border(learner.secondBias[0], ...learner.second);
    line(context, ends.map(to), colour("ink"), 1.6, [5, 4]);
    drawPoints(context, hiddenPlane(learner, set.seen), to, colour);
  }

  function onPointer(event) {
    if (event.type === "pointermove" && !event.buttons) return;
    if (event.type === "pointerdown") plane.setPointerCapture(event.pointerId);
    const { left, top, width, height } = plane.getBoundingClientRect();
    turnTo(degreesTo(event.clientX - left - width / 2, height / 2 - (event.clientY - top)));
    announceSoon();
  }

  for (const each of sets) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "live-button", textContent: each.name });
    on(button, "click", () => choose(each));
    $(".live-rotation-sets").append(button);
  }
  on(slider, "input", () => { turnTo(+slider.value); announceSoon(); });
  on(plane, "pointerdown", onPointer);
  on(plane, "pointermove", onPointer);
  on(act("search"), "click", search);
  on(act("learn"), "click", play);
  on(act("start"), "click", () => { seed += 1; restart(); });
  signal.addEventListener("abort", () => { pause(); clearTimeout(timer); }, { once: true });

  choose(sets[0]);
  return {
    sets: () => sets,
    turned: () => ({ degrees, ...rules[degrees] }),
    learned: () => ({ taken, loss, wrong: countWrong(learner, points) }),
  };
}
