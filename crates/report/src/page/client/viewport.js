'use strict';

/** The part of the recording that the timeline shows, between `from` and `to`, within `0` and `end`. */

/** Closer than this (ns) there is nothing to see. */
const NARROWEST = 200;

class Viewport {
  constructor(end) {
    this.end = Math.max(end, NARROWEST);
    this.from = 0;
    this.to = this.end;
    this.listeners = [];
  }

  get span() {
    return this.to - this.from;
  }

  /** Shows `[from, to]`, or what of it exists. */
  show(from, to) {
    const span = Math.min(this.end, Math.max(NARROWEST, to - from));
    const middle = (from + to) / 2;
    this.from = Math.max(0, Math.min(this.end - span, middle - span / 2));
    this.to = this.from + span;
    for (const listener of this.listeners) listener();
  }

  /** Makes the span `factor` times as long; what is at `share` of the width stays there. */
  zoom(factor, share = 0.5) {
    const span = Math.min(this.end, Math.max(NARROWEST, this.span * factor));
    const fixed = this.from + this.span * share;
    const from = Math.max(0, Math.min(this.end - span, fixed - span * share));
    this.show(from, from + span);
  }

  /** Moves by a share of what is shown. */
  pan(share) {
    const by = Math.max(-this.from, Math.min(this.end - this.to, this.span * share));
    this.show(this.from + by, this.to + by);
  }

  all() {
    this.show(0, this.end);
  }

  onChange(listener) {
    this.listeners.push(listener);
  }
}

/** Round moments for an axis, at most `most` of them. */
function ticks(from, to, most) {
  const rough = (to - from) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const at = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) at.push(tick);
  return { at, step };
}

module.exports = { Viewport, ticks };
