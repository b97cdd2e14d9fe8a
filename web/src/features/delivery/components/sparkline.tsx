import type { TrendPoint } from '@/api/types';

const width = 160;
const height = 36;
const margin = 3;

/** The weeks of a metric; a week without data is a gap, not a zero. */
export function Sparkline({ points }: { points: TrendPoint[] }) {
  const values = points.flatMap((point) => point.value ?? []);
  const highest = Math.max(...values, 0) || 1;
  const step = (width - 2 * margin) / Math.max(points.length - 1, 1);
  const places = points.map((point, index) =>
    point.value === null
      ? null
      : {
          x: margin + index * step,
          y: height - margin - (point.value / highest) * (height - 2 * margin),
        },
  );
  const last = places.findLast((place) => place !== null);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="sparkline-ground" d={`M0 ${height - 0.5}H${width}`} />
      <path className="sparkline-line" d={pathOf(places)} />
      <path className="sparkline-lone" d={loneOf(places)} />
      {last && <path className="sparkline-last" d={`M${last.x} ${last.y}h0`} />}
    </svg>
  );
}

interface Place {
  x: number;
  y: number;
}

function pathOf(places: (Place | null)[]): string {
  return places
    .map((place, n) => place && `${places[n - 1] ? 'L' : 'M'}${written(place)}`)
    .filter(Boolean)
    .join('');
}

/** A week between two gaps has no line, so it is a dot. */
function loneOf(places: (Place | null)[]): string {
  return places
    .map((place, n) => place && !places[n - 1] && !places[n + 1] && `M${written(place)}h0`)
    .filter(Boolean)
    .join('');
}

const written = ({ x, y }: Place) => `${x.toFixed(1)} ${y.toFixed(1)}`;
