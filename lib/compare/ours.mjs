// What stands for the builtin where ours does: evaluated before the script in either run, so that no import of it is an event.

import '../../index.mjs';
