'use strict';

/** An npm registry on the loopback interface, with the packages of a few tarballs and nothing else. */

const { createHash } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

/**
 * @param {{ manifest: any, tarball: string }[]} packages
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
async function serve(packages) {
  const server = http.createServer((request, response) => {
    const name = String(request.url).slice(1);
    const found = packages.find(({ manifest, tarball }) => name === manifest.name || name === path.basename(tarball));
    if (found === undefined) return response.writeHead(404).end('{}');
    if (name !== found.manifest.name) return response.end(fs.readFileSync(found.tarball));
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify(packument(found.manifest, found.tarball, url())));
  });
  const url = () => `http://127.0.0.1:${/** @type {any} */ (server.address()).port}/`;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: url(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * @param {any} manifest
 * @param {string} tarball
 * @param {string} url
 */
function packument(manifest, tarball, url) {
  const bytes = fs.readFileSync(tarball);
  const dist = {
    tarball: url + path.basename(tarball),
    shasum: createHash('sha1').update(bytes).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
  };
  const { name, version, scripts = {} } = manifest;
  const release = { ...manifest, hasInstallScript: 'install' in scripts, dist };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: release } };
}

/** A port at which nobody listens: no network. */
async function nowhere() {
  const server = http.createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {any} */ (server.address());
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/`;
}

module.exports = { serve, nowhere };
