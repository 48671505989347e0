// The engine in a browser's page, hung on the window for the specs to call: the scenarios on the page's own thread,
// and a session with the training worker, with the files that it may fetch.
import { webAssets } from '../../../src/lib/backends/web.ts';
import { Session } from '../../../src/lib/client/session.ts';
import type { SessionEvent, TrainOptions } from '../../../src/lib/protocol/messages.ts';
import type { EngineFiles } from '../files.ts';
import { scenarios, type Scenarios } from '../scenarios.ts';

declare global {
  interface Window {
    scenarios: Scenarios;
    session: Session;
    /** Every event of the session so far. */
    events: SessionEvent[];
    files: EngineFiles;
    feed: TrainOptions;
    /** The message of a request that failed; empty for one that did not. */
    complaint: (request: Promise<unknown>) => Promise<string>;
  }
}

window.session = new Session({ backend: 'wasm' });
window.events = [];
window.session.subscribe((event) => window.events.push(event));
window.files = (await (await fetch('files.json')).json()) as EngineFiles;
window.feed = {
  training: window.files.data,
  heldOut: window.files.data,
  batchSize: 32,
  settings: { learningRate: 1e-3 },
};
window.complaint = (request) =>
  request.then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
window.scenarios = scenarios(webAssets);
