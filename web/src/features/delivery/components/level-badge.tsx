import type { Level } from '@/api/types';
import { useStrings } from '@/strings';

const steps: Record<Level, number> = { low: 1, medium: 2, high: 3, elite: 4 };

/** The level as a word, with as many filled steps as it is high. */
export function LevelBadge({ level }: { level: Level }) {
  const t = useStrings();
  const word = t.metrics.levels[level];
  return (
    <span className="level" title={t.metrics.levelLabel(word)}>
      <svg width="14" height="10" viewBox="0 0 14 10" aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <rect
            key={step}
            className={step <= steps[level] ? 'level-on' : 'level-off'}
            x={(step - 1) * 3.75}
            y={10 - step * 2.5}
            width="2.5"
            height={step * 2.5}
            rx=".5"
          />
        ))}
      </svg>
      <span className="visually-hidden">{t.metrics.levelLabel('')}</span>
      {word}
    </span>
  );
}
