'use strict';

/**
 * Where a collector is, and what it gets besides: what was asked for, and the variables of the specification.
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */

/** Milliseconds in which an answer must come, where no variable says anything else. */
const PATIENCE = 10_000;
/** Between two exports of metrics, where `OTEL_METRIC_EXPORT_INTERVAL` says nothing else. */
const INTERVAL = 60_000;

/** @typedef {{ key: string, value: { stringValue?: string, intValue?: string } }} Attribute */
/** @typedef {{ url: URL, headers: Record<string, string>, patience: number }} Target */

/**
 * @param {string} endpoint an address, or `env` for that of the variables
 * @param {NodeJS.ProcessEnv} env
 * @param {'traces' | 'metrics'} signal
 * @returns {Target}
 * @throws {Error} where there is no address, or it is none
 */
function targetOf(endpoint, env, signal) {
  const prefix = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;
  const own = env[`${prefix}_ENDPOINT`];
  const text = endpoint !== 'env' ? endpoint : own || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!text) throw new Error(`neither ${prefix}_ENDPOINT nor OTEL_EXPORTER_OTLP_ENDPOINT is set`);
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new Error(`"${text}" is not an address such as http://localhost:4318`);
  }
  const url = new URL(text);
  // An endpoint for all signals is a base; one for a signal is taken as it is.
  const isWhole = endpoint === 'env' && own;
  if (!isWhole) url.pathname = `${url.pathname.replace(/\/$/, '').replace(/\/v1\/(?:traces|metrics)$/, '')}/v1/${signal}`;
  const headers = Object.fromEntries(pairs(env[`${prefix}_HEADERS`] || env.OTEL_EXPORTER_OTLP_HEADERS));
  const patience = Number(env[`${prefix}_TIMEOUT`] || env.OTEL_EXPORTER_OTLP_TIMEOUT) || PATIENCE;
  return { url, headers, patience };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Attribute[]} of each resource, in the place of those of the recording
 */
function attributesOf(env) {
  const named = new Map(pairs(env.OTEL_RESOURCE_ATTRIBUTES));
  if (env.OTEL_SERVICE_NAME) named.set('service.name', env.OTEL_SERVICE_NAME);
  return [...named].map(([key, value]) => ({ key, value: { stringValue: value } }));
}

/** @param {NodeJS.ProcessEnv} env @returns {number} milliseconds */
function intervalOf(env) {
  const asked = Number(env.OTEL_METRIC_EXPORT_INTERVAL);
  return asked > 0 ? asked : INTERVAL;
}

/**
 * @param {string | undefined} list `a=1,b=2`, percent-encoded, as W3C Baggage
 * @returns {[string, string][]}
 */
function pairs(list = '') {
  return list.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) return [];
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)].map((part) => decoded(part.trim()));
    return name ? [[name, value]] : [];
  });
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

module.exports = { attributesOf, intervalOf, targetOf };
