import { useQuery } from '@tanstack/react-query';
import { useAtom } from 'jotai';

import { servicesQuery } from '@/api/services';
import { Select } from '@/components/select';
import { serviceAtom } from '@/state/scope';
import { useStrings } from '@/strings';
import { kindAtom, kinds, resultAtom, results, textAtom } from '../atoms/filters';
import { TextFilter } from './text-filter';

export function FilterBar() {
  const t = useStrings();
  const { filters } = t.table;
  const [service, setService] = useAtom(serviceAtom);
  const [result, setResult] = useAtom(resultAtom);
  const [kind, setKind] = useAtom(kindAtom);
  const [q, setText] = useAtom(textAtom);
  const { data: services = [] } = useQuery(servicesQuery);
  const names = services.map(({ name }) => name);
  if (service && !names.includes(service)) names.push(service);
  const clear = () => {
    setService('');
    setResult('');
    setKind('');
    setText('');
  };

  return (
    <div className="filters" role="search" aria-label={filters.label}>
      <TextFilter key={q} value={q} label={filters.q} onChange={setText} />
      <Select
        label={filters.service}
        value={service}
        options={[option('', filters.everyService), ...names.map((name) => option(name, name))]}
        onChange={setService}
      />
      <Select
        label={filters.result}
        value={result}
        options={[
          option('', filters.everyResult),
          ...results.map((value) => option(value, t.results[value])),
        ]}
        onChange={(value) => {
          setResult(value as typeof result);
        }}
      />
      <Select
        label={filters.kind}
        value={kind}
        options={[
          option('', filters.everyKind),
          ...kinds.map((value) => option(value, t.kinds[value])),
        ]}
        onChange={(value) => {
          setKind(value as typeof kind);
        }}
      />
      {(service || result || kind || q) && (
        <button type="button" className="button is-plain" onClick={clear}>
          {filters.clear}
        </button>
      )}
    </div>
  );
}

const option = (value: string, text: string) => ({ value, text });
