'use strict';

/** The Debian in a folder in which other platforms are built for and run. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** The newest Rust, with its sources and its libraries for arm64: no stable Debian has one that is new enough. */
const SUITE = 'sid';
const PACKAGES = [
  ...['ca-certificates', 'rustc', 'cargo', 'rust-src', 'gcc', 'libc6-dev'],
  ...[
    'libstd-rust-dev:arm64',
    'gcc-aarch64-linux-gnu',
    'libc6-dev-arm64-cross',
    'qemu-user',
    'libc6:arm64',
    'libstdc++6:arm64',
    'libatomic1:arm64',
  ],
  'musl-tools',
  ...['gcc-mingw-w64-x86-64-posix', 'wine', 'wine64'],
];

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** Says that all is there. */
const MADE = 'made-for-async-hooks-rs';
const QEMU =
  ':qemu-aarch64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00:\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:/usr/bin/qemu-aarch64:PO';

class Debian {
  /**
   * @param {string} folder
   * @param {string | undefined} mirror
   */
  constructor(folder, mirror) {
    this.folder = folder;
    this.mirror = mirror;
  }

  /** Takes some minutes and 6 GB, once. */
  make() {
    if (fs.existsSync(path.join(this.folder, MADE))) return;
    console.error(`Making a Debian (${SUITE}) in ${this.folder}`);
    fs.rmSync(this.folder, { recursive: true, force: true });
    must('debootstrap', ['--variant=minbase', SUITE, this.folder, ...(this.mirror === undefined ? [] : [this.mirror])]);
    // A mirror may be older than its lists are meant to be. Who signed them is checked all the same.
    fs.writeFileSync(path.join(this.folder, 'etc/apt/apt.conf.d/99valid'), 'Acquire::Check-Valid-Until "false";\n');
    for (const name of ['/etc/resolv.conf', '/etc/hosts']) fs.copyFileSync(name, path.join(this.folder, name));
    this.must('dpkg --add-architecture arm64 && apt-get update');
    this.must(`DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`);
    // What the machine trusts, its Debian trusts.
    if (fs.existsSync(CERTIFICATES)) fs.copyFileSync(CERTIFICATES, path.join(this.folder, CERTIFICATES));
    fs.writeFileSync(path.join(this.folder, MADE), '');
  }

  /**
   * Runs a command of a shell in it, with /dev and /proc. What is mounted for it is seen by nobody else, and neither is that the
   * kernel gives programs for arm64 to qemu.
   * @param {string} command
   * @param {{ env?: Record<string, string>, mounts?: [string, string][], isArm?: boolean }} [options] `mounts` are folders of the machine, and where they are in it
   * @returns {number | null} its exit code
   */
  run(command, { env = {}, mounts = [], isArm = false } = {}) {
    const here = (/** @type {string} */ name) => quoted(path.join(this.folder, name));
    const outside = [
      'set -e',
      `mount --rbind /dev ${here('dev')}`,
      `mount -t proc proc ${here('proc')}`,
      ...mounts.map(([from, to]) => `mkdir -p ${here(to)} && mount --bind ${quoted(from)} ${here(to)}`),
      ...(isArm
        ? [
            `mount -t binfmt_misc none ${here('proc/sys/fs/binfmt_misc')}`,
            `echo ${quoted(QEMU)} > ${here('proc/sys/fs/binfmt_misc/register')}`,
          ]
        : []),
      `exec chroot ${here('.')} /bin/bash -c "$1"`,
    ].join('\n');
    // Each user namespace has formats of its own since Linux 6.7. In one, Node under wine finds no random numbers.
    const namespaces = isArm ? ['-rmpf', '--kill-child'] : ['-m'];
    const { status, error } = spawnSync('unshare', [...namespaces, '/bin/bash', '-c', outside, '-', command], {
      stdio: 'inherit',
      // No TMPDIR: wine aborts where there is one.
      env: { HOME: '/root', PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
    });
    if (error !== undefined) throw new Error(`unshare does not run: ${error.message}`);
    return status;
  }

  /**
   * As {@link run}, but as root of the machine, as apt needs it.
   * @param {string} command
   */
  must(command) {
    must('chroot', [this.folder, '/bin/bash', '-c', command]);
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 */
function must(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd });
  if (error !== undefined) throw new Error(`${command} does not run: ${error.message}`);
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed`);
}

/** @param {string} word */
function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

module.exports = { Debian, must, quoted };
