// Properties are tried on the same inputs in every run, so that a run judges the change and not its luck. To look for
// new counterexamples: FC_SEED=$RANDOM FC_RUNS=20000 npm test -- unit
import fc from 'fast-check';

const seed = Number(process.env['FC_SEED'] ?? 20260);
const numRuns = process.env['FC_RUNS'];
fc.configureGlobal({ seed, ...(numRuns === undefined ? {} : { numRuns: Number(numRuns) }) });
