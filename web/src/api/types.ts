/** The console's answers, as docs/contracts.md §10 states them. */

export interface Session {
  role: 'operator' | 'viewer' | null;
  viewer_access: 'open' | 'token';
  product: string;
  environment: string;
  version: string;
  sample_data: boolean;
}

export interface Service {
  name: string;
  environments: string[];
  deployments: number;
  last_deployment_at: string | null;
}

export const metricKeys = [
  'deployment_frequency',
  'change_lead_time',
  'change_fail_rate',
  'failed_deployment_recovery_time',
  'deployment_rework_rate',
] as const;

export type MetricKey = (typeof metricKeys)[number];
export type Unit = 'per_day' | 'seconds' | 'ratio';
export type Level = 'elite' | 'high' | 'medium' | 'low';

export interface Exclusion {
  code: string;
  count: number;
  text: string;
}

export interface TrendPoint {
  from: string;
  to: string;
  value: number | null;
  n: number;
}

export interface Metric {
  value: number | null;
  unit: Unit;
  level: Level | null;
  statistic: string;
  p90: number | null;
  n: number;
  numerator: number | null;
  reason: string | null;
  excluded: Exclusion[];
  previous: { value: number | null; n: number; level: Level | null; reason: string | null } | null;
  trend: TrendPoint[];
}

export interface DoraAnswer {
  window: { from: string; to: string; days: number };
  service: string | null;
  environment: string;
  sample: boolean;
  metrics: Record<MetricKey, Metric>;
}

export type DeploymentKind = 'planned' | 'hotfix' | 'rollback';
export type DeploymentResult = 'success' | 'failure' | 'cancelled' | 'running';

export interface Deployment {
  key: string;
  source: string;
  service: string;
  environment: string;
  id: string;
  repository: string;
  commit: string;
  ref: string;
  release: string;
  kind: DeploymentKind;
  result: DeploymentResult;
  failed: boolean;
  failed_because: string | null;
  rework: boolean;
  baseline: boolean;
  started_at: string;
  finished_at: string | null;
  duration_seconds: number | null;
  recovered_at: string | null;
  repaired_by: string | null;
  commits: number;
  lead_time_seconds: number | null;
  actor: string;
  url: string;
  sample: boolean;
}

export interface DeploymentPage {
  items: Deployment[];
  next: string | null;
  total: number;
}

export interface Commit {
  sha: string;
  message: string;
  author: string;
  authored_at: string;
  lead_time_seconds: number | null;
  url: string;
}

export interface Change {
  number: number;
  title: string;
  author: string;
  created_at: string;
  merged_at: string | null;
  url: string;
}

export interface Incident {
  id: string;
  title: string;
  state: 'open' | 'resolved';
  opened_at: string;
  resolved_at: string | null;
  url: string;
  link_method: 'explicit' | 'nearest';
}

export interface RawEvent {
  id: string;
  source: string;
  kind: string;
  received_at: string;
  headers: Record<string, string>;
  body: string;
}

export interface DeploymentDetail extends Deployment {
  commit_list: Commit[];
  changes: Change[];
  incidents: Incident[];
  event: RawEvent | null;
}

export type InstanceState =
  'ok' | 'failed' | 'unknown' | 'waiting' | 'working' | 'blocked' | 'not started';

export interface Need {
  instance: string;
  reasons: string[];
}

export interface Instance {
  name: string;
  component: string;
  tier: string;
  machine: string | null;
  driver: string;
  version: string;
  source: { repository?: string; tag?: string; commit?: string } | null;
  needs: Need[];
  after_tier: string | null;
  state: InstanceState;
  state_text: string;
  revision: number | null;
  installed_at: string | null;
  ports: Record<string, number>;
  outputs: Record<string, unknown>;
}

export interface Bar {
  instance: string;
  waiting_from: string | null;
  started_at: string | null;
  readiness_from?: string | null;
  ready_at: string | null;
  ended_at: string | null;
  state: string;
  reason: string | null;
}

export interface Run {
  id: string;
  started_at: string;
  ended_at: string | null;
  check: boolean;
  at_work: boolean;
  states: Record<string, number>;
  bars: Bar[];
  critical_path: string[];
  barrier_cost_seconds: number | null;
  barrier_text: string | null;
}

export interface Platform {
  product: string;
  release: string | null;
  environment: string;
  schedule: 'tiers' | 'graph' | null;
  tiers: { name: string; instances: string[] }[];
  instances: Instance[];
  run: Run | null;
}

export interface ErrorBody {
  error: { code: string; message: string; hint: string | null; where: string | null };
}
