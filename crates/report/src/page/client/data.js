'use strict';

/** What the report found, unpacked: columns of differences become typed arrays of values. */

const { byId } = require('./dom');

/** @param {number[]} differences */
function sums(differences) {
  const values = new Float64Array(differences.length);
  let sum = 0;
  for (let index = 0; index < values.length; index++) values[index] = sum += differences[index];
  return values;
}

/** Callbacks of one thread, by their start; `reach[i]` is the latest end of the first i + 1, for finding what spans a moment. */
function calls(packed) {
  const start = sums(packed.start);
  const length = Float64Array.from(packed.length);
  const reach = new Float64Array(start.length);
  let latest = 0;
  for (let index = 0; index < start.length; index++) reach[index] = latest = Math.max(latest, start[index] + length[index]);
  return { start, length, reach, id: sums(packed.id), type: packed.type, depth: packed.depth, count: start.length };
}

function thread(packed) {
  return {
    ...packed,
    bins: { ...packed.bins, at: sums(packed.bins.at) },
    loop: { at: sums(packed.loop.at), busy: packed.loop.busy },
    calls: calls(packed.calls),
  };
}

/** Resources by row; rows of one thread stand together, by id. */
class Resources {
  constructor(packed) {
    Object.assign(this, packed);
    this.thread = packed.thread;
    this.last = packed.last;
    this.id = sums(packed.id);
    this.trigger = this.id.map((id, row) => id - packed.trigger[row]);
    this.created = sums(packed.created);
    this.count = this.id.length;
    this.ranges = new Map();
    for (let row = 0; row < this.count; row++) {
      const range = this.ranges.get(this.thread[row]);
      if (range === undefined) this.ranges.set(this.thread[row], { from: row, to: row + 1 });
      else range.to = row + 1;
    }
    this.childrenOf = null;
  }

  /** @returns {number} the row, or -1 when the page does not keep the resource */
  row(thread, id) {
    const { from, to } = this.ranges.get(thread) ?? { from: 0, to: 0 };
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.id[middle] < id) low = middle + 1;
      else high = middle;
    }
    return low < to && this.id[low] === id ? low : -1;
  }

  /** Rows of the resources that this one triggered, of those that are kept. */
  children(row) {
    if (this.childrenOf === null) this.childrenOf = this.group();
    return this.childrenOf.get(row) ?? [];
  }

  group() {
    const groups = new Map();
    for (let row = 0; row < this.count; row++) {
      const parent = this.row(this.thread[row], this.trigger[row]);
      if (parent < 0 || parent === row) continue;
      const group = groups.get(parent);
      if (group === undefined) groups.set(parent, [row]);
      else group.push(row);
    }
    return groups;
  }

  /** When it was last active: the end of its last callback, else its creation. */
  end(row) {
    return this.created[row] + Math.max(0, this.last[row]);
  }
}

function load() {
  const data = JSON.parse(byId('data').textContent ?? '');
  data.threads = data.threads.map(thread);
  data.resources = new Resources(data.resources);
  data.flame.step = sums(data.flame.step);
  for (const series of data.alive.series) series.alive = sums(series.alive);
  for (const request of data.requests.list) request.spans = sums(request.spans);
  return data;
}

module.exports = { load };
