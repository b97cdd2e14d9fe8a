const drawings = {
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.3-1.2L13.5 13.5',
  close: 'm4 4 8 8m0-8-8 8',
  light:
    'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1v1.6m0 10.8V15M1 8h1.6m10.8 0H15M3 3l1.2 1.2m7.6 7.6L13 13M13 3l-1.2 1.2M4.2 11.8 3 13',
  dark: 'M13 9.8A5.6 5.6 0 0 1 6.2 3a5.4 5.4 0 1 0 6.8 6.8Z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  delivery: 'M2 12.5 6 8l3 2.5L14 4M10.5 4H14v3.5',
  deployments: 'M2 4h12M2 8h12M2 12h8',
  platform: 'm8 2 6 3-6 3-6-3zm-6 6 6 3 6-3m-12 3 6 3 6-3',
  out: 'M6 4H4v8h8v-2M9 3h4v4M13 3 7.5 8.5',
  fold: 'm4 6 4 4 4-4',
  language:
    'M2 4h7M5.5 2.5V4M7.5 4c-.6 2.7-2.6 5-5 6.2M3.8 6.5c.9 1.6 2.2 2.7 3.8 3.5M8 14l3-7.5L14 14M9 11.7h4',
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
