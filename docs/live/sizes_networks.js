// Parameters and multiply-adds of eight networks, stage by stage, counted as the lesson counts.

/** The multiple of 8 nearest to channels * width, and at least 9/10 of it. */
export function scaleChannels(channels, width) {
  const rounded = Math.max(8, Math.floor(Math.trunc(channels * width + 4) / 8) * 8);
  return rounded >= 0.9 * channels * width ? rounded : rounded + 8;
}

/** How often a block stands in a stage of a network `depth` times as deep. */
export const scaleRepeats = (repeats, depth) => Math.ceil(repeats * depth);

/** In how many places a window fits along an edge. */
const places = (size, kernel, stride, padding) => Math.floor((size + 2 * padding - kernel) / stride) + 1;

/** Follows one picture through a network: its size and channels, and what each stage costs. */
class Count {
  constructor(size, width, depth) {
    Object.assign(this, { size, channels: 3, stages: [] });
    this.wide = (channels) => scaleChannels(channels, width);
    this.deep = (repeats) => scaleRepeats(repeats, depth);
  }

  stage(name) {
    this.stages.push({ name, parameters: 0, work: 0 });
    return this;
  }

  add(parameters, work) {
    const stage = this.stages.at(-1);
    stage.parameters += parameters;
    stage.work += work;
  }

  /** A convolution, and after it a normalisation or else a bias. */
  convolve(outputs, kernel = 3, stride = 1, { padding = kernel >> 1, groups = 1, norm = true } = {}) {
    const weights = outputs * (this.channels / groups) * kernel ** 2;
    this.size = places(this.size, kernel, stride, padding);
    this.channels = outputs;
    this.add(weights + outputs * (norm ? 2 : 1), weights * this.size ** 2);
    return this;
  }

  pool(kernel, stride, padding = 0) {
    this.size = places(this.size, kernel, stride, padding);
    return this;
  }

  dense(outputs) {
    this.add((this.channels + 1) * outputs, this.channels * outputs);
    this.channels = outputs;
    return this;
  }

  /** Every pixel of every map in one row. */
  flatten() {
    Object.assign(this, { channels: this.channels * this.size ** 2, size: 1 });
    return this;
  }

  /** The mean of each map. */
  mean() {
    this.size = 1;
    return this;
  }

  /** Count a path that starts here too; then go on as if it had not been taken. */
  beside(path) {
    const { size, channels } = this;
    path();
    const end = this.channels;
    Object.assign(this, { size, channels });
    return end;
  }

  /** A block several times: the first takes the stride. */
  stack(block, repeats, stride = 1) {
    for (let n = 0; n < this.deep(repeats); n++) block(n ? 1 : stride);
    return this;
  }
}

const bare = { norm: false };

function denseHead(count) {
  count.stage("head").flatten().dense(count.wide(4096)).dense(count.wide(4096)).dense(1000);
}

const meanHead = (count) => count.stage("head").mean().dense(1000);

function alexnet(count) {
  const stack = (channels, kernel, groups) => count.stack(
    () => count.convolve(count.wide(channels), kernel, 1, { ...bare, groups }), 1);
  count.stage("stage1").convolve(count.wide(96), 11, 4, { ...bare, padding: 0 }).pool(3, 2);
  count.stage("stage2");
  stack(256, 5, 2).pool(3, 2);
  count.stage("stage3");
  stack(384, 3, 1);
  count.stage("stage4");
  stack(384, 3, 2);
  count.stage("stage5");
  stack(256, 3, 2).pool(3, 2);
  denseHead(count);
}

function vgg16(count) {
  [[64, 2], [128, 2], [256, 3], [512, 3], [512, 3]].forEach(([channels, repeats], n) => {
    count.stage(`stage${n + 1}`);
    count.stack(() => count.convolve(count.wide(channels), 3, 1, bare), repeats).pool(2, 2);
  });
  denseHead(count);
}

const INCEPTIONS = [
  [[64, 96, 128, 16, 32, 32], [128, 128, 192, 32, 96, 64]],
  [[192, 96, 208, 16, 48, 64], [160, 112, 224, 24, 64, 64], [128, 128, 256, 24, 64, 64],
    [112, 144, 288, 32, 64, 64], [256, 160, 320, 32, 128, 128]],
  [[256, 160, 320, 32, 128, 128], [384, 192, 384, 48, 128, 128]],
];

function inception(count, row) {
  const [one, before3, three, before5, five, pooled] = row.map(count.wide);
  const paths = [
    () => count.convolve(one, 1, 1, bare),
    () => count.convolve(before3, 1, 1, bare).convolve(three, 3, 1, bare),
    () => count.convolve(before5, 1, 1, bare).convolve(five, 5, 1, bare),
    () => count.convolve(pooled, 1, 1, bare),
  ];
  count.channels = paths.reduce((sum, path) => sum + count.beside(path), 0);
}

function googlenet(count) {
  count.stage("stage1").convolve(count.wide(64), 7, 2, bare).pool(3, 2, 1);
  count.stage("stage2").convolve(count.wide(64), 1, 1, bare).convolve(count.wide(192), 3, 1, bare).pool(3, 2, 1);
  INCEPTIONS.forEach((rows, n) => {
    count.stage(`stage${n + 3}`);
    for (const row of rows) count.stack(() => inception(count, row), 1);
    if (n < 2) count.pool(3, 2, 1);
  });
  meanHead(count);
}

/** The shortcut's convolution, where a block changes the size or the channels. */
function project(count, outputs, stride) {
  if (stride !== 1 || count.channels !== outputs) count.beside(() => count.convolve(outputs, 1, stride));
}

function basic(count, outputs, stride) {
  project(count, outputs, stride);
  count.convolve(outputs, 3, stride).convolve(outputs, 3);
}

function bottleneck(count, outputs, stride) {
  project(count, outputs, stride);
  const few = outputs / 4;
  count.convolve(few, 1, stride).convolve(few, 3).convolve(outputs, 1);
}

const resnet = (block, repeats, widen) => (count) => {
  count.stage("stage1").convolve(count.wide(64), 7, 2).pool(3, 2, 1);
  repeats.forEach((times, n) => {
    const outputs = widen * count.wide(64 * 2 ** n);
    count.stage(`stage${n + 2}`).stack((stride) => block(count, outputs, stride), times, n ? 2 : 1);
  });
  meanHead(count);
};

function mobilenet(count) {
  count.stage("stage1").convolve(count.wide(32), 3, 2);
  [[64, 1], [128, 2], [256, 2], [512, 6], [1024, 2]].forEach(([channels, repeats], n) => {
    const block = (stride) => count.convolve(count.channels, 3, stride, { groups: count.channels })
      .convolve(count.wide(channels), 1);
    count.stage(`stage${n + 2}`).stack(block, repeats, n ? 2 : 1);
  });
  meanHead(count);
}

function inverted(count, outputs, stride, kernel, expand) {
  const many = count.channels * expand, few = Math.max(1, count.channels >> 2);
  if (expand > 1) count.convolve(many, 1);
  count.convolve(many, kernel, stride, { groups: many });
  count.beside(() => count.mean().convolve(few, 1, 1, bare).convolve(many, 1, 1, bare));
  count.convolve(outputs, 1);
}

const EFFICIENTNET = [[16, 1, 1, 3, 1], [24, 2, 2, 3, 6], [40, 2, 2, 5, 6], [80, 3, 2, 3, 6],
  [112, 3, 1, 5, 6], [192, 4, 2, 5, 6], [320, 1, 1, 3, 6]];

function efficientnet(count) {
  count.stage("stage1").convolve(count.wide(32), 3, 2);
  EFFICIENTNET.forEach(([channels, repeats, stride, kernel, expand], n) => {
    const block = (step) => inverted(count, count.wide(channels), step, kernel, expand);
    count.stage(`stage${n + 2}`).stack(block, repeats, stride);
  });
  count.stage("stage9").convolve(count.wide(1280), 1);
  meanHead(count);
}

/** What the reader may choose: its name, its own picture size, the smallest, and its layers. */
export const NETWORKS = {
  alexnet: { name: "AlexNet", size: 227, least: 67, build: alexnet },
  vgg16: { name: "VGG-16", size: 224, least: 32, build: vgg16 },
  googlenet: { name: "GoogLeNet", size: 224, least: 1, build: googlenet },
  resnet18: { name: "ResNet-18", size: 224, least: 1, build: resnet(basic, [2, 2, 2, 2], 1) },
  resnet50: { name: "ResNet-50", size: 224, least: 1, build: resnet(bottleneck, [3, 4, 6, 3], 4) },
  resnet152: { name: "ResNet-152", size: 224, least: 1, build: resnet(bottleneck, [3, 8, 36, 3], 4) },
  mobilenet: { name: "MobileNetV1", size: 224, least: 1, build: mobilenet },
  efficientnet: { name: "EfficientNet-B0", size: 224, least: 1, build: efficientnet },
};

/** Stages of a network as [{ name, parameters, work }]; an error for what cannot be built. */
export function countByStage(name, { size, width = 1, depth = 1 }) {
  if (!Object.hasOwn(NETWORKS, name))
    throw new Error(`no network is called ${name}; known are ${Object.keys(NETWORKS).join(", ")}`);
  const { build, least } = NETWORKS[name];
  if (!(size >= least && width > 0 && depth > 0))
    throw new Error(`${name} needs pictures of at least ${least} pixels, and a width and a depth above 0; `
      + `size is ${size}, width ${width}, depth ${depth}`);
  const count = new Count(size, width, depth);
  build(count);
  return count.stages;
}

/** The sums over the stages. */
export const totals = (stages) => stages.reduce(
  (sum, { parameters, work }) => ({ parameters: sum.parameters + parameters, work: sum.work + work }),
  { parameters: 0, work: 0 });
