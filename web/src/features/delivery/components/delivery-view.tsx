import { DeploymentStrip } from './deployment-strip';
import { MetricCards } from './metric-cards';
import { TrendPanel } from './trend-panel';

/** Does delivery get better, and what landed when: five numbers and the marks they summarise. */
export function DeliveryView() {
  return (
    <>
      <MetricCards />
      <TrendPanel />
      <DeploymentStrip />
    </>
  );
}
