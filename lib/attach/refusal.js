'use strict';

/** Why a process cannot be recorded, as a clause about it, and what to do. */
class Refusal extends Error {}

module.exports = { Refusal };
