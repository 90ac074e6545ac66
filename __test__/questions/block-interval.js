// question: Latency has spikes once in a while, exactly as often as our statistics run.
// kind: block
'use strict';

const samples = Array.from({ length: 600_000 }, (_, i) => ({ at: i, value: Math.sin(i) }));

function aggregate() {
  const groups = {};
  for (const { at, value } of samples) { // <- or here
    const key = `minute-${Math.floor(at / 7)}`; // <- or here
    groups[key] = (groups[key] ?? 0) + value; // <- or here
  }
  return Object.entries(groups).map(([key, value]) => `${key}: ${value}`).sort().length; // <- or here
}

let runs = 0;
const timer = setInterval(() => {
  aggregate();
  if ((runs += 1) === 4) clearInterval(timer);
}, 100);
