// A warning is an event of the next tick.
'use strict';

process.on('warning', (warning) => console.log(warning.name, warning.message));
process.emitWarning('careful', 'CorpusWarning');
console.log('not yet');
