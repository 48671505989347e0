// The scenarios in a browser's page: hangs them on the window for the specs to call.
import { webAssets } from '../../../src/lib/backends/web.ts';
import { scenarios, type Scenarios } from '../scenarios.ts';

declare global {
  interface Window {
    scenarios: Scenarios;
  }
}

window.scenarios = scenarios(webAssets);
