// The demo of sizes counts what the lesson counts, to the last parameter and multiply-add.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { NETWORKS, countByStage, scaleChannels, scaleRepeats, totals } from "../../docs/live/sizes_networks.js";

const golden = JSON.parse(readFileSync(new URL("sizes.json", import.meta.url)));

for (const { network, stages, ...how } of golden)
  test(`${network}, ${JSON.stringify(how)}`, () => {
    const found = countByStage(network, how).map(({ name, parameters, work }) => [name, [parameters, work]]);
    assert.deepEqual(found, Object.entries(stages));
  });

test("every network has golden values, its own size among them", () => {
  for (const [name, { size }] of Object.entries(NETWORKS))
    assert.ok(golden.some((each) => each.network === name && each.size === size && each.width === 1 && each.depth === 1));
});

test("the published integers", () => {
  const published = { alexnet: 60965224, vgg16: 138357544, googlenet: 6998552, resnet18: 11689512,
    resnet50: 25557032, resnet152: 60192808, mobilenet: 4231976, efficientnet: 5288548 };
  for (const [name, { size }] of Object.entries(NETWORKS))
    assert.equal(totals(countByStage(name, { size })).parameters, published[name]);
});

test("channels are multiples of 8, and never much fewer than asked for", () => {
  assert.deepEqual([1, 32, 40, 112].map((channels) => scaleChannels(channels, 1.1)), [8, 32, 48, 120]);
  assert.equal(scaleChannels(24, 0.5), 16); // 12 is as near to 8, which is less than 9/10 of it
  assert.equal(scaleRepeats(3, 1.4), 5);
});

test("what cannot be built is named", () => {
  assert.throws(() => countByStage("alexnet", { size: 66 }), /at least 67 pixels.*size is 66/);
  assert.throws(() => countByStage("lenet", { size: 66 }), /no network is called lenet/);
});
