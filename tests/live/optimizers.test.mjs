// The race's optimizers take PyTorch's and Keras's steps, on gradients that autograd gives too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { GOAL, STEPS, createRace, report, tell } from "../../docs/live/optimizers_race.js";
import { DEFAULTS, NAMES, createOptimizer } from "../../docs/live/optimizers_steps.js";
import { SURFACES, contours, levels } from "../../docs/live/optimizers_surfaces.js";

const golden = JSON.parse(readFileSync(new URL("optimizers.json", import.meta.url)));

function near(found, expected, what, tolerance = 1e-6) {
  const difference = Math.abs(found - expected);
  assert.ok(difference <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${found}, not ${expected}`);
}

/** Walk a golden path anew, from its start or near it, as far as it goes; compare what is kept. */
function walk({ surface, name, definition, start, rate, points }, moved, tolerance) {
  const step = createOptimizer(name, rate, definition), last = golden.kept[points.length - 1];
  let point = start.map((value) => value + moved);
  for (let n = 1; n <= last; n++) {
    point = step(point, SURFACES[surface].gradient(...point));
    const kept = golden.kept.indexOf(n);
    if (kept >= 0) point.forEach((value, i) => near(value, points[kept][i], `step ${n}, parameter ${i}`, tolerance));
  }
}

for (const path of golden.paths) {
  const { surface, name, definition, start, rate, points } = path;
  test(`${name} as in ${definition}, ${golden.kept[points.length - 1]} steps of ${rate} in the ${surface} from ${start}`, () => {
    walk(path, 0, 1e-6);
    walk(path, 1e-12, 1e-6); // so that the last bits of another machine do no harm
  });
}

test("every optimizer has paths of 500 steps, and short are only two of RMSProp's", () => {
  assert.equal(golden.kept.at(-1), STEPS);
  const short = golden.paths.filter(({ points }) => points.length < golden.kept.length);
  assert.deepEqual(new Set(short.map(({ surface, name, rate }) => `${surface} ${name} ${rate}`)),
    new Set(["valley rmsprop 0.02", "bumps rmsprop 0.05"]));
  assert.ok(short.every(({ points }) => golden.kept[points.length - 1] >= 75));
});

test("every surface, optimizer and definition has golden paths, at the demo's rates and start", () => {
  for (const [surface, { start, rates }] of Object.entries(SURFACES)) {
    assert.deepEqual(rates, golden.rates[surface]);
    for (const name of NAMES)
      for (const definition of Object.keys(DEFAULTS))
        assert.ok(golden.paths.some((one) => one.surface === surface && one.name === name
          && one.definition === definition && one.rate === rates[name] && String(one.start) === String(start)));
  }
});

for (const [surface, rows] of Object.entries(golden.gradients))
  test(`loss and gradient by autograd: ${surface}`, () => {
    for (const [x, y, loss, ...gradient] of rows) {
      near(SURFACES[surface].loss(x, y), loss, `loss at ${x}, ${y}`, 1e-12);
      SURFACES[surface].gradient(x, y).forEach((value, i) => near(value, gradient[i], `gradient at ${x}, ${y}`, 1e-12));
    }
  });

test("the definitions differ where they should, and can be told other numbers", () => {
  const walk = (name, definition, options, size = 1e-6) => {
    const step = createOptimizer(name, 0.1, definition, options);
    let point = [1];
    for (let n = 0; n < 5; n++) point = step(point, [size * (n + 1)]);
    return point[0];
  };
  near(walk("momentum", "keras"), walk("momentum", "pytorch"), "momentum", 1e-12);
  assert.notEqual(walk("rmsprop", "keras"), walk("rmsprop", "pytorch"));
  assert.notEqual(walk("adam", "keras"), walk("adam", "pytorch"));
  const same = { decay: 0.9, epsilon: 1e-7 };
  assert.ok(Math.abs(walk("rmsprop", "keras", same) - walk("rmsprop", "pytorch", same)) > 1e-3); // where epsilon stands
  assert.ok(Math.abs(walk("adam", "keras", same) - walk("adam", "pytorch", same)) > 1e-3);
  near(walk("rmsprop", "keras", same, 1), walk("rmsprop", "pytorch", same, 1), "large gradients", 1e-6);
});

test("each surface's lowest points are minima with loss 0, in the picture, as the start is", () => {
  for (const { loss, gradient, minima, start, left, bottom, side } of Object.values(SURFACES)) {
    for (const [x, y] of minima) {
      near(loss(x, y), 0, "loss", 1e-12);
      for (const slope of gradient(x, y)) near(slope, 0, "slope", 1e-12);
    }
    for (const [x, y] of [...minima, start])
      assert.ok(x > left && x < left + side && y > bottom && y < bottom + side);
  }
});

test("contour lines lie on their level, and close levels lie below", () => {
  for (const [name, surface] of Object.entries(SURFACES)) {
    const found = levels(surface);
    assert.ok(found.every((level, n) => !n || level > found[n - 1]));
    const steep = Math.max(...golden.gradients[name].map(([, , , a, b]) => Math.hypot(a, b)));
    contours(surface, found).forEach((pieces, n) => {
      const level = found[n];
      assert.ok(pieces.length > 3, `${name}: ${pieces.length} pieces at ${level}`);
      for (const [a, b, c, d] of pieces)
        for (const [x, y] of [[a, b], [c, d]])
          assert.ok(Math.abs(surface.loss(x, y) - level) < steep * surface.side / 160 / 2, `${name} at ${x}, ${y}`);
    });
  }
});

const run = (surface, changes) => {
  const race = createRace(SURFACES[surface], { start: SURFACES[surface].start, rates: SURFACES[surface].rates, ...changes });
  while (!race.over) race.advance();
  return race;
};

test("a race ends when all are home, and says who was first", () => {
  const race = run("ravine");
  const arrivals = Object.fromEntries(race.runners.map(({ name, arrived }) => [name, arrived]));
  for (const { losses, arrived } of race.runners) {
    assert.ok(losses[arrived] < GOAL && losses.slice(0, arrived).every((loss) => loss >= GOAL));
    assert.equal(losses.length, race.step + 1);
  }
  assert.equal(race.step, Math.max(...Object.values(arrivals)));
  assert.equal(tell(race), `SGD was first below a loss of 0.01, at step ${arrivals.sgd}; Momentum came at ${arrivals.momentum}, `
    + `Adam came at ${arrivals.adam} and RMSProp came at ${arrivals.rmsprop}.`);
});

test("who diverges leaves the picture at the step that the sentence names", () => {
  const race = run("ravine", { rates: { ...SURFACES.ravine.rates, sgd: 0.1 } });
  const sgd = race.runners.find(({ name }) => name === "sgd");
  const inside = ([x, y]) => Math.abs(x) <= 2 && Math.abs(y) <= 2;
  assert.ok(inside(sgd.path[sgd.left - 1]) && !inside(sgd.path[sgd.left]));
  assert.ok(sgd.path.slice(sgd.left).every((point) => !inside(point)));
  assert.match(tell(race), new RegExp(`SGD left the picture at step ${sgd.left}\\.$`));
  assert.ok(sgd.losses.every(Number.isFinite));
});

test("who only swings out comes back, and numbers that overflow are no step", () => {
  const out = run("ravine", { start: [-1.9, 1.9], rates: { sgd: 0.001, momentum: 0.14, rmsprop: 0.02, adam: 0.05 } });
  const momentum = out.runners.find(({ name }) => name === "momentum");
  assert.ok(momentum.path.some(([x, y]) => Math.abs(y) > 2) && momentum.left === null && momentum.arrived);
  const wild = run("valley", { rates: { sgd: 1e200, momentum: 1e200, rmsprop: 1e200, adam: 1e200 } });
  assert.ok(wild.runners.every(({ left, losses }) => left === 1 && losses.every(Number.isFinite)));
  assert.equal(wild.step, 1);
});

test("a race without an end is over after all steps, and says so", () => {
  const race = run("bumps");
  assert.equal(race.step, STEPS);
  race.advance();
  assert.equal(race.step, STEPS);
  assert.match(tell(race), /^Momentum was first below a loss of 0.01, at step \d+\. SGD, RMSProp and Adam were not below 0.01 after 500 steps\.$/);
});

test("two may be first together, and none may", () => {
  const runners = (...arrivals) => NAMES.map((name, n) => ({ name, arrived: arrivals[n], left: null, losses: [0.5] }));
  assert.equal(tell({ runners: runners(7, 7, 9, null), step: 500 }),
    "SGD and Momentum were first below a loss of 0.01, at step 7; RMSProp came at 9. Adam was not below 0.01 after 500 steps.");
  assert.equal(tell({ runners: runners(null, null, null, null), step: 500 }),
    "SGD, Momentum, RMSProp and Adam were not below 0.01 after 500 steps.");
  assert.equal(report({ runners: runners(null, null, null, null), step: 3 }, String), "Step 3: SGD 0.5, Momentum 0.5, RMSProp 0.5, Adam 0.5.");
});

for (const [name, act, message] of [
  ["an optimizer that is unknown", () => createOptimizer("adagrad", 0.1), /no optimizer is called adagrad; known are sgd, momentum/],
  ["a definition that is unknown", () => createOptimizer("adam", 0.1, "jax"), /nothing is defined as in jax; known are pytorch, keras/],
  ["no learning rate", () => createOptimizer("adam", 0), /the learning rate of adam should be above 0, not 0/],
  ["a learning rate that is no number", () => createOptimizer("sgd", NaN), /of sgd should be above 0, not NaN/],
])
  test(`clear error: ${name}`, () => assert.throws(act, { message }));
