// What stands for the builtin where ours does: evaluated before the script in either run, so that no import of it is an event.

// eslint-disable-next-line house/rooms -- It stands for the program, which asks for the face.
import '../../index.mjs';
