import { useQuery } from '@tanstack/react-query';
import { useAtom, useAtomValue } from 'jotai';

import { servicesQuery } from '@/api/services';
import { Icon } from '@/components/icon';
import { Segments } from '@/components/segments';
import { Select } from '@/components/select';
import { viewAtom } from '@/state/location';
import {
  compareAtom,
  environmentAtom,
  everyEnvironment,
  periodAtom,
  periods,
  serviceAtom,
} from '@/state/scope';
import { useStrings } from '@/strings';

/** Whose deployments, of which time, and compared with what. */
export function ScopeControls() {
  const t = useStrings();
  const view = useAtomValue(viewAtom);
  const [service, setService] = useAtom(serviceAtom);
  const [period, setPeriod] = useAtom(periodAtom);
  return (
    <div className="scope">
      <EnvironmentSelect />
      <Segments
        label={t.top.period}
        value={period}
        options={periods.map((value) => ({
          value,
          text: t.top.shortDays(Number(value)),
          name: t.top.days(Number(value)),
        }))}
        onChange={setPeriod}
      />
      {view === 'delivery' && <CompareButton />}
      {service && view === 'delivery' && (
        <button
          type="button"
          className="button"
          aria-label={t.top.clearService(service)}
          onClick={() => {
            setService('');
          }}
        >
          {service} <Icon name="close" />
        </button>
      )}
    </div>
  );
}

function EnvironmentSelect() {
  const t = useStrings();
  const [environment, setEnvironment] = useAtom(environmentAtom);
  const { data: services = [] } = useQuery(servicesQuery);
  const known = services.flatMap((service) => service.environments);
  const chosen = environment === everyEnvironment ? [] : [environment];
  const names = [...new Set(['production', ...chosen, ...known])].sort();
  return (
    <Select
      label={t.top.environment}
      showLabel
      value={environment}
      options={[
        ...names.map((name) => ({ value: name, text: name })),
        { value: everyEnvironment, text: t.top.everyEnvironment },
      ]}
      onChange={setEnvironment}
    />
  );
}

function CompareButton() {
  const t = useStrings();
  const [compare, setCompare] = useAtom(compareAtom);
  const on = compare === 'previous';
  return (
    <button
      type="button"
      className="button"
      aria-pressed={on}
      title={t.top.compare}
      onClick={() => {
        setCompare(on ? 'none' : 'previous');
      }}
    >
      {t.top.compareShort}
    </button>
  );
}
