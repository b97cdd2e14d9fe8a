import { DeploymentTable } from './deployment-table';
import { FilterBar } from './filter-bar';

import './deployments-view.css';

/** What changed: every deployment, with filters that are in the URL. */
export function DeploymentsView() {
  return (
    <section className="panel deployments">
      <FilterBar />
      <DeploymentTable />
    </section>
  );
}
