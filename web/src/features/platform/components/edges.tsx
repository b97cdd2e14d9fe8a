import { useAtomValue } from 'jotai';
import { useEffect, useState, type RefObject } from 'react';

import { litAtom } from '../atoms/lit';
import { edgePath, type Box, type Edge } from '../edges';

interface Props {
  box: RefObject<HTMLDivElement | null>;
  edges: Edge[];
}

/** The lines between the blocks, measured where the blocks have come to stand. */
export function Edges({ box, edges }: Props) {
  const lit = useAtomValue(litAtom);
  const places = usePlaces(box, edges);
  const drawn = edges.flatMap((edge) => {
    const from = places.get(edge.from);
    const to = places.get(edge.to);
    return from && to ? [{ ...edge, path: edgePath(from, to) }] : [];
  });
  const touches = (edge: Edge) => edge.from === lit || edge.to === lit;
  return (
    <>
      <svg className="edges" aria-hidden="true">
        {drawn.map((edge) => (
          <path key={`${edge.from} ${edge.to}`} d={edge.path} />
        ))}
      </svg>
      <svg className="edges is-lit" aria-hidden="true">
        {drawn.filter(touches).map((edge) => (
          <path key={`${edge.from} ${edge.to}`} d={edge.path}>
            <title>{edge.reasons.join(', ')}</title>
          </path>
        ))}
      </svg>
    </>
  );
}

function usePlaces(box: RefObject<HTMLDivElement | null>, edges: Edge[]): Map<string, Box> {
  const [places, setPlaces] = useState<Map<string, Box>>(new Map());
  useEffect(() => {
    const ground = box.current;
    if (!ground) return;
    const follow = new ResizeObserver(() => {
      setPlaces(measure(ground));
    });
    follow.observe(ground);
    return () => {
      follow.disconnect();
    };
  }, [box, edges]);
  return places;
}

function measure(ground: HTMLElement): Map<string, Box> {
  const origin = ground.getBoundingClientRect();
  const places = new Map<string, Box>();
  for (const block of ground.querySelectorAll<HTMLElement>('[data-instance]')) {
    const { left, top, width, height } = block.getBoundingClientRect();
    const name = block.dataset['instance'] ?? '';
    places.set(name, { left: left - origin.left, top: top - origin.top, width, height });
  }
  return places;
}
