// Takes the reader to the lab whose state the address holds: the browser itself scrolls to ids only, and a lab that is
// not in sight does not wake. For a page's own script; knows no lab, only `data-lab`.
import { segmentsOf } from './state-codec.ts';

/** To be called once by every page with labs. A reload, and a return by Back, stay where the reader was. */
export function arriveAtLab(): void {
  const go = (): void => {
    for (const { lab } of segmentsOf(location.hash)) {
      const root = document.querySelector(`[data-lab="${lab}"]`);
      if (!root) continue;
      root.scrollIntoView({ block: 'start', behavior: 'instant' });
      return;
    }
  };
  const [visit] = performance.getEntriesByType('navigation');
  if (visit instanceof PerformanceNavigationTiming && visit.type === 'navigate') go();
  addEventListener('hashchange', () => {
    if (history.state === null) go();
  });
}
