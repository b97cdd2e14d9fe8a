import type { DeploymentKind, DeploymentResult, Level, MetricKey } from '@/api/types';

import type { DurationUnit, RateUnit } from './quantity';

const plural = (n: number, one: string, many = `${one}s`) => (n === 1 ? one : many);
const counted = (n: number, one: string, many?: string) =>
  `${n.toLocaleString('en')} ${plural(n, one, many)}`;

export const en = {
  locale: 'en',
  languageName: 'English',

  nav: {
    label: 'Views',
    delivery: 'Delivery',
    deployments: 'Deployments',
    platform: 'Platform',
    skip: 'Skip to the content',
  },

  top: {
    environment: 'Deployed to',
    everyEnvironment: 'all environments',
    period: 'Period',
    days: (n: number) => `${n} days`,
    shortDays: (n: number) => `${n} d`,
    compare: 'Compare with the period before',
    compareShort: 'Compare',
    search: 'Search service, commit, release',
    searchHint: 'Press / to search',
    searchDeployments: (q: string) => `Search deployments for “${q}”`,
    onlyService: (name: string) => `Show only ${name}`,
    clearService: (name: string) => `Show all services, not only ${name}`,
    theme: { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
    language: 'Language',
    sample: 'Sample data',
    sampleText: 'These numbers come from a made-up organisation until real webhooks replace it.',
    live: {
      connecting: 'Connecting to live updates',
      live: 'Live',
      lost: 'Live updates are interrupted; trying again',
    },
  },

  state: {
    loading: 'Loading…',
    retry: 'Try again',
    failed: (what: string) => `${what} could not be loaded.`,
    broken: 'This part of the page stopped working.',
  },

  session: {
    signIn: 'Sign in',
    signOut: 'Sign out',
    operator: 'Operator',
    viewer: 'Viewer',
    title: 'Sign in as operator',
    text: 'The token was made when the console was installed; the end of the run says where it is.',
    viewerText:
      'This console is not open to everybody. Sign in with the operator token to read it.',
    token: 'Operator token',
    cancel: 'Cancel',
    wrong: 'This token is not the one of this console.',
    missing: 'Enter the operator token.',
    name: 'The session',
  },

  metrics: {
    names: {
      deployment_frequency: 'Deployment frequency',
      change_lead_time: 'Change lead time',
      change_fail_rate: 'Change fail rate',
      failed_deployment_recovery_time: 'Recovery time',
      deployment_rework_rate: 'Rework rate',
    } satisfies Record<MetricKey, string>,
    questions: {
      deployment_frequency: 'How often a deployment succeeds.',
      change_lead_time: 'From commit to running, the middle one of all commits.',
      change_fail_rate: 'How many deployments needed a repair at once.',
      failed_deployment_recovery_time: 'From a failed deployment to its repair, the middle one.',
      deployment_rework_rate: 'How many deployments were unplanned repairs.',
    } satisfies Record<MetricKey, string>,
    levels: { elite: 'Elite', high: 'High', medium: 'Medium', low: 'Low' } satisfies Record<
      Level,
      string
    >,
    levelLabel: (level: string) => `Level: ${level}`,
    noLevel: 'No level',
    noData: 'No data',
    n: (key: MetricKey, n: number, numerator: number | null) => {
      switch (key) {
        case 'deployment_frequency':
          return counted(n, 'deployment');
        case 'change_lead_time':
          return counted(n, 'commit');
        case 'change_fail_rate':
          return `${numerator ?? 0} of ${counted(n, 'deployment')} failed`;
        case 'failed_deployment_recovery_time':
          return counted(n, 'recovery', 'recoveries');
        case 'deployment_rework_rate':
          return `${numerator ?? 0} of ${counted(n, 'deployment')} ${plural(n, 'was', 'were')} rework`;
      }
    },
    /** Short; the console's own sentence is shown on hover. */
    excluded: {
      running: (n) => `${n} still running`,
      cancelled: (n) => `${n} cancelled`,
      failure: (n) => `${n} ended in failure`,
      baseline: (n) => `${n} ${plural(n, 'is a first one', 'are first ones')}`,
      unknown_commit: (n) => `${n} with an unknown commit`,
      ambiguous_commit: (n) => `${n} with an unclear commit`,
      no_new_commits: (n) => `${n} without commits`,
      negative_lead_time: (n) => `${counted(n, 'commit')} after the deployment`,
      incident_open: (n) => `${counted(n, 'incident')} still open`,
      not_recovered: (n) => `${n} not yet repaired`,
      negative_recovery: (n) => `${n} with unclear times`,
      unlinked_incident: (n) => `${counted(n, 'incident')} without deployment`,
    } as Record<string, (n: number) => string>,
    p90: (text: string) => `nine in ten within ${text}`,
    change: (text: string, direction: 'better' | 'worse' | 'same') =>
      direction === 'same' ? 'as before' : `${text} ${direction}`,
    changeLabel: (text: string, days: number, verdict: string) =>
      `${text}, compared with the ${days} days before: ${verdict}`,
    previousNone: 'no earlier data',
    verdict: { better: 'better', worse: 'worse', same: 'unchanged' },
    empty: {
      deployment_frequency: 'Send deployments from Argo CD, GitHub or GitLab to see how often.',
      change_lead_time: 'Send pushes of the deployed repositories to see how long commits wait.',
      change_fail_rate: 'Send deployments and incidents to see how many fail.',
      failed_deployment_recovery_time:
        'A value appears after the first failed deployment that was repaired.',
      deployment_rework_rate: 'Send deployments and incidents to see how much is repair.',
    } satisfies Record<MetricKey, string>,
    select: (name: string) => `${name}: show its weeks and its deployments`,
    trendTitle: (name: string) => `${name}, week by week`,
    trendClose: 'Close',
    trendWeek: (from: string, to: string) => `${from} – ${to}`,
    previousLine: 'period before',
    what: 'The metrics',
    whatTrend: 'The chart',
  },

  units: {
    duration: (amount: string, unit: DurationUnit, n: number) =>
      `${amount} ${n === 1 ? unit.slice(0, -1) : unit}`,
    durationUnit: (unit: DurationUnit, n: number) => (n === 1 ? unit.slice(0, -1) : unit),
    rateUnit: (unit: RateUnit) => `a ${unit}`,
    percent: '%',
  },

  kinds: { planned: 'Planned', hotfix: 'Hotfix', rollback: 'Rollback' } satisfies Record<
    DeploymentKind,
    string
  >,
  results: {
    success: 'Succeeded',
    failure: 'Failed',
    cancelled: 'Cancelled',
    running: 'Running',
  } satisfies Record<DeploymentResult, string>,
  failedLater: 'Failed later',
  sources: { argocd: 'Argo CD', github: 'GitHub', gitlab: 'GitLab' } as Record<string, string>,

  strip: {
    title: 'Deployments',
    label: 'Deployments of each service over time',
    help: 'Arrow keys move from mark to mark, Enter opens one.',
    count: (n: number, failed: number) => (failed ? `${n}, ${failed} failed` : String(n)),
    countLabel: (n: number, failed: number) =>
      `${counted(n, 'deployment')}, ${failed} of them failed`,
    total: (n: number) => counted(n, 'deployment'),
    older: (shown: number, total: number) =>
      `The latest ${shown.toLocaleString('en')} of ${total.toLocaleString('en')} deployments are drawn.`,
    empty: (days: number) => `Nothing was deployed here in the last ${days} days.`,
    emptyHow:
      'Choose a longer period or another environment, or point a webhook of Argo CD, GitHub or GitLab at the collector.',
    repair: 'repaired by',
    repairs: 'Line: from a failed deployment to its repair',
    mark: (service: string, kind: string, result: string, when: string) =>
      `${service}, ${kind.toLowerCase()}, ${result.toLowerCase()}, ${when}`,
    dimmed: (name: string, looked: number, total: number) =>
      looked === total
        ? `${name} looks at all of these ${total} deployments.`
        : `${name} looks at ${looked} of these ${total} deployments; the others are dimmed.`,
    hits: (n: number) => `The ${n} that it counts stand out.`,
    now: 'now',
    what: 'The deployments',
  },

  table: {
    label: 'Deployments',
    title: 'Deployments',
    columns: {
      result: 'Result',
      service: 'Service',
      environment: 'Environment',
      release: 'Release',
      kind: 'Kind',
      commits: 'Commits',
      lead: 'Lead time',
      duration: 'Took',
      actor: 'By',
      when: 'When',
    },
    filters: {
      label: 'Filters',
      service: 'Service',
      everyService: 'All services',
      result: 'Result',
      everyResult: 'All results',
      kind: 'Kind',
      everyKind: 'All kinds',
      q: 'Find service, commit, release',
      clear: 'Clear filters',
    },
    shown: (n: number, total: number) =>
      n < total
        ? `${n.toLocaleString('en')} of ${counted(total, 'deployment')}`
        : counted(total, 'deployment'),
    more: 'Load more',
    loadingMore: 'Loading more…',
    empty: (days: number) => `No deployment of the last ${days} days fits these filters.`,
    emptyHow: 'Clear a filter or choose a longer period.',
    unknown: 'unknown',
    open: (service: string, when: string) => `Open the deployment of ${service}, ${when}`,
    what: 'The deployments',
  },

  drawer: {
    label: (service: string) => `Deployment of ${service}`,
    close: 'Close',
    what: 'This deployment',
    chain: 'How it came here',
    steps: {
      release: 'Release',
      commits: 'Commits',
      changes: 'Changes',
      deployment: 'Deployment',
      incidents: 'Incidents',
    },
    noRelease: 'No release was named.',
    noCommits: 'No commits are known: no push of this repository was received, or nothing was new.',
    baseline: 'This is the first deployment known of this service here, so it links no commits.',
    noChanges: 'No merge or pull request is linked to these commits.',
    noIncidents: 'No incident is linked to this deployment.',
    committed: (who: string) => `by ${who}`,
    leadTime: (text: string) => `${text} from commit to running`,
    took: (text: string) => `It took ${text}.`,
    still: 'It is still running.',
    failedBecause: (why: string) => `It counts as failed: ${why}.`,
    recovered: (text: string) => `Service was restored after ${text}.`,
    notRecovered: 'It has not been repaired yet.',
    repairedBy: 'See the deployment that repaired it',
    rework: 'It was unplanned: it repaired another one.',
    explicit: 'the incident names this deployment',
    nearest: 'the nearest deployment before the incident',
    incidentOpen: 'still open',
    incidentClosed: (text: string) => `resolved after ${text}`,
    raw: 'Raw event',
    rawFrom: (source: string, kind: string) => `${source}, ${kind}`,
    noRaw: 'The event is no longer kept.',
    external: (source: string) => `Open at ${source}`,
    copy: 'Copy',
    copied: 'Copied',
    more: (n: number) => `Show ${n} more`,
    loadedFrom: 'received',
    headers: 'Headers',
    body: 'Body',
  },

  platform: {
    title: 'Platform',
    what: 'The platform',
    label: 'Tiers of the product, the first at the bottom',
    tier: (n: number, name: string) => `Tier ${n}: ${name}`,
    schedule: {
      tiers: 'Each tier starts when the tier below is ready.',
      graph: 'Each component starts when what it needs is ready.',
    },
    release: (release: string) => `release ${release}`,
    revision: (n: number) => `revision ${n}`,
    installed: 'installed',
    never: 'It was never installed.',
    states: {
      ok: 'Running',
      failed: 'Failed',
      unknown: 'Unknown',
      waiting: 'Waiting',
      working: 'Working',
      blocked: 'Blocked',
      'not started': 'Not started',
    },
    summary: (ok: number, total: number) =>
      ok === total
        ? `All ${counted(total, 'component')} are running.`
        : `${ok} of ${counted(total, 'component')} are running.`,
    choose: 'Point at a component to see what it stands on.',
    needs: 'Stands on',
    neededBy: 'Carries',
    nothing: 'It needs nothing else.',
    nobody: 'Nothing else needs it.',
    afterTier: (tier: string) => `waits for tier ${tier}`,
    version: 'Version',
    commit: 'Commit',
    machine: 'Machine',
    driver: 'Driver',
    ports: 'Ports',
    outputs: 'Offers',
    empty: 'No product is recorded for this environment.',
    emptyHow: 'Run `make demo`, or ansible-playbook playbooks/site.yml with your inventory.',
  },

  run: {
    title: 'Last run',
    what: 'The last run',
    atWork: 'Run at work',
    check: 'check, nothing changes',
    empty: 'No run was recorded for this environment.',
    emptyHow: 'The next run of playbooks/site.yml appears here while it is at work.',
    started: 'started',
    took: (text: string) => `took ${text}`,
    label: 'What each component did over time',
    waiting: 'waiting',
    working: 'working',
    becoming: 'becoming ready',
    ready: 'ready',
    critical: 'critical path',
    criticalText: (names: string[], text: string) =>
      `The critical path took ${text}: ${names.join(' → ')}.`,
    barsText: (name: string, state: string, waited: string, worked: string) =>
      `${name}: ${state}, waited ${waited}, worked ${worked}`,
    states: {
      ok: 'ok',
      changed: 'changed',
      unchanged: 'unchanged',
      failed: 'failed',
      blocked: 'blocked',
      'not started': 'not started',
      waiting: 'waiting',
      working: 'working',
    } as Record<string, string>,
    counts: (n: number, state: string) => `${n} ${state}`,
  },

  missing: {
    title: 'There is no page at this address.',
    home: 'Go to Delivery',
  },
};

export type Strings = typeof en;
