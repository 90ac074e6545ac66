import path from 'node:path';

const config = {
  // Source maps of what runs on the server.
  experimental: { serverSourceMaps: true },
  outputFileTracingRoot: path.join(import.meta.dirname, '..', '..'),
  turbopack: { root: path.join(import.meta.dirname, '..', '..') },
};

export default config;
