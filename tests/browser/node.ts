// The scenarios in Node, bundled by fixtures.ts as the scripts are.
import { nodeAssets } from '../../src/lib/backends/node.ts';
import { scenarios } from './scenarios.ts';

export const inNode = scenarios(nodeAssets());
