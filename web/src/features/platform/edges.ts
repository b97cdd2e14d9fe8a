import type { Instance } from '@/api/types';

export interface Edge {
  from: string;
  to: string;
  reasons: string[];
}

/** From each instance to what it stands on. */
export function edgesOf(instances: Instance[]): Edge[] {
  return instances.flatMap(({ name, needs }) =>
    needs.map(({ instance, reasons }) => ({ from: name, to: instance, reasons })),
  );
}

/** What one instance touches: itself, what it needs and what needs it. */
export function neighbours(edges: Edge[], name: string): Set<string> {
  const touched = edges.filter((edge) => edge.from === name || edge.to === name);
  return new Set([name, ...touched.flatMap((edge) => [edge.from, edge.to])]);
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A curve from the foot of the upper block to the head of the lower one. */
export function edgePath(upper: Box, lower: Box): string {
  const x1 = Math.round(upper.left + upper.width / 2);
  const x2 = Math.round(lower.left + lower.width / 2);
  if (Math.abs(upper.top - lower.top) < upper.height) {
    const y = Math.round(upper.top + upper.height);
    return `M${x1} ${y}C${x1} ${y + 14} ${x2} ${y + 14} ${x2} ${y}`;
  }
  if (Math.abs(x1 - x2) < 8 && lower.top - upper.top > 2.4 * upper.height) {
    return aside(upper, lower);
  }
  const y1 = Math.round(upper.top + upper.height);
  const y2 = Math.round(lower.top);
  const bend = Math.round((y2 - y1) / 2);
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}

/** One block straight below another, with more between them: the line goes round on the left. */
function aside(upper: Box, lower: Box): string {
  const y1 = Math.round(upper.top + upper.height / 2);
  const y2 = Math.round(lower.top + lower.height / 2);
  const out = Math.round(Math.min(upper.left, lower.left) - 20);
  return `M${Math.round(upper.left)} ${y1}C${out} ${y1} ${out} ${y2} ${Math.round(lower.left)} ${y2}`;
}
