/** What the page may be told when it is built; everything else comes from the console. */
export const env = {
  /** How many marks the strip draws at most; older ones are named, not drawn. */
  stripLimit: 2000,
  stripPage: 500,
  pageSize: 50,
  streamPath: '/api/stream',
} as const;
