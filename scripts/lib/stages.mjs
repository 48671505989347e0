// Runs stages as their predecessors end, a few at once. Knows nothing of what a stage does.

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {readonly string[]} [after] stages that must end first, where they take part at all
 * @property {boolean} [alone] nothing else runs beside it, for it measures time
 */

/**
 * Runs every stage once and resolves to the outcomes in the order in which they ended.
 * A stage runs even when a predecessor's outcome is bad: one run shows everything that is wrong.
 * @template {Stage} S
 * @template Outcome
 * @param {readonly S[]} stages
 * @param {(stage: S) => Promise<Outcome>} run
 * @param {number} width how many may run at once
 * @returns {Promise<{stage: S, outcome: Outcome}[]>}
 */
export async function runStages(stages, run, width) {
  const waiting = [...stages];
  /** @type {Map<S, Promise<void>>} */
  const running = new Map();
  /** @type {{stage: S, outcome: Outcome}[]} */
  const ended = [];

  /** @param {S} stage */
  const isReady = ({ after = [], alone = false }) => {
    const free = alone ? running.size === 0 : running.size < width;
    const held = [...running.keys()].some((other) => other.alone);
    const pending = [...waiting, ...running.keys()].map(({ name }) => name);
    return free && !held && !after.some((name) => pending.includes(name));
  };

  while (waiting.length > 0 || running.size > 0) {
    for (let next = waiting.findIndex(isReady); next >= 0; next = waiting.findIndex(isReady)) {
      for (const stage of waiting.splice(next, 1)) {
        const done = run(stage).then((outcome) => {
          ended.push({ stage, outcome });
          running.delete(stage);
        });
        running.set(stage, done);
      }
    }
    if (running.size === 0) {
      const names = waiting.map(({ name }) => name).join(', ');
      throw new Error(`These stages wait for each other: ${names}.`);
    }
    await Promise.race(running.values());
  }
  return ended;
}
