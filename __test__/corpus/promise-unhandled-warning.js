// corpus: {"nodeOptions": ["--unhandled-rejections=warn"]}
// An unhandled rejection as a warning.
'use strict';

process.on('warning', (warning) => console.log(warning.name));
Promise.reject(new Error('nobody cares'));
