import { useAtomValue } from 'jotai';

import { SessionButton } from '@/features/session/components/session-button';
import { viewAtom } from '@/state/location';
import { LanguageSwitch } from './language-switch';
import { LiveDot } from './live-dot';
import { ProductName } from './product-name';
import { ScopeControls } from './scope-controls';
import { SearchBox } from './search-box';
import { ThemeButton } from './theme-button';

export function TopBar() {
  const view = useAtomValue(viewAtom);
  const isScoped = view === 'delivery' || view === 'deployments';
  return (
    <header className="top-bar">
      <ProductName />
      {isScoped && <ScopeControls />}
      <SearchBox />
      <div className="top-tools">
        <LiveDot />
        <LanguageSwitch />
        <ThemeButton />
        <SessionButton />
      </div>
    </header>
  );
}
