// docs/live/autodiff.js gives PyTorch's values and gradients for the graph that the demo shows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { chain, descend, operations, run } from "../../docs/live/autodiff.js";
import layout from "../../docs/live/graph_layout.js";

const golden = JSON.parse(readFileSync(new URL("graph.json", import.meta.url)));
const { graph } = layout;

function near(found, expected, what) {
  const tolerance = 1e-12 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(found - expected) <= tolerance, `${what} is ${found}, not ${expected}`);
}

golden.cases.forEach(({ inputs, values, gradients }, number) => {
  test(`case ${number}: values and gradients`, () => {
    const given = { ...inputs }, found = run(graph, given);
    assert.deepEqual(given, inputs, "the inputs were changed");
    assert.deepEqual(Object.keys(found.values).sort(), Object.keys(values).sort());
    for (const name of Object.keys(values)) {
      near(found.values[name], values[name], `value of ${name}`);
      near(found.gradients[name], gradients[name], `gradient of ${name}`);
    }
  });

  test(`case ${number}: the slopes on an input's way multiply to its gradient`, () => {
    const { slopes, gradients: found } = run(graph, inputs);
    for (const name of Object.keys(inputs))
      near(chain(graph, slopes, name).reduce((all, { slope }) => all * slope, 1), found[name], name);
  });
});

test("500 steps against the gradient", () => {
  let inputs = layout.start, step = 0;
  for (const expected of golden.descent) {
    for (; step < expected.step; step++) inputs = descend(graph, inputs, ["w", "b"], 0.1);
    near(inputs.w, expected.w, `w after ${step} steps`);
    near(inputs.b, expected.b, `b after ${step} steps`);
    near(run(graph, inputs).values.loss, expected.loss, `loss after ${step} steps`);
  }
  assert.equal(step, 500);
  assert.equal(inputs.x, layout.start.x);
});

test("a node that is used twice gets the blame of both ways", () => {
  const twice = [
    { name: "square", operation: "multiply", from: ["a", "a"] },
    { name: "sum", operation: "add", from: ["square", "a"] },
  ];
  assert.equal(run(twice, { a: 3 }).gradients.a, 7);
});

test("the slope of every operation is what a nudge says", () => {
  const at = [0.7, -1.3], step = 1e-6;
  for (const [name, { value, slopes }] of Object.entries(operations)) {
    slopes(...at).forEach((slope, i) => {
      const [more, less] = [step, -step].map((nudge) => value(...at.map((x, j) => x + nudge * (i === j))));
      assert.ok(Math.abs((more - less) / (2 * step) - slope) < 1e-8, name);
    });
  }
});

test("what cannot be computed is named", () => {
  const node = { name: "sum", operation: "add", from: ["a", "b"] };
  assert.throws(() => run([node], { a: 1 }), /sum needs b, which is not there yet/);
  assert.throws(() => run([{ ...node, operation: "sine" }], { a: 1, b: 2 }), /sum: no operation sine/);
});
