/** The only list of the page's addresses. */

export type View = 'delivery' | 'deployments' | 'platform';

export interface Route {
  view: View | 'unknown';
  /** The deployment whose drawer is open. */
  deployment: string | null;
}

export const paths = {
  delivery: () => '/',
  deliveryDetail: (key: string) => `/delivery/${encodeKey(key)}`,
  deployments: () => '/deployments',
  deploymentsDetail: (key: string) => `/deployments/${encodeKey(key)}`,
  platform: () => '/platform',
};

export function match(pathname: string): Route {
  const [view = '', key, ...rest] = pathname.split('/').filter(Boolean);
  if (rest.length > 0) return { view: 'unknown', deployment: null };
  if (view === '') return { view: 'delivery', deployment: null };
  if (view === 'delivery' || view === 'deployments') {
    return { view, deployment: key === undefined ? null : decodeKey(key) };
  }
  if (view === 'platform' && key === undefined) return { view, deployment: null };
  return { view: 'unknown', deployment: null };
}

export function detailPath(view: View | 'unknown', key: string): string {
  return view === 'deployments' ? paths.deploymentsDetail(key) : paths.deliveryDetail(key);
}

const plain = /[A-Za-z0-9_-]/;

/**
 * A key as one readable path segment: slashes become `~`, other bytes `$` and two hex digits.
 * Percent encoding will not do: the server decodes it and takes a last part with a dot for a file.
 */
export function encodeKey(key: string): string {
  let text = '';
  for (const byte of new TextEncoder().encode(key)) {
    const letter = String.fromCharCode(byte);
    if (letter === '/') text += '~';
    else if (plain.test(letter)) text += letter;
    else text += `$${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

export function decodeKey(segment: string): string {
  const percent = segment
    .replaceAll('~', '/')
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/\$([0-9a-f]{2})/gi, '%$1');
  try {
    return decodeURIComponent(percent);
  } catch {
    return segment;
  }
}

/** One deployment's address at the console. */
export function deploymentApiPath(key: string): string {
  return `/api/deployments/${key.split('/').map(encodeURIComponent).join('/')}`;
}
