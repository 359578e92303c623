// What every page needs: finding and filling its elements, and asking the API.

const SILENT = 'marb does not answer. Is marb still running?';
export const count = new Intl.NumberFormat('en-US');
export const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

export const byId = (id) => document.getElementById(id);
export const part = (element, name) => element.querySelector(`[data-part=${name}]`);
export const fromTemplate = (id) => byId(id).content.firstElementChild.cloneNode(true);
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const plural = (n, noun) => `${count.format(n)} ${noun}${n === 1 ? '' : 's'}`;

export function fill(element, texts) {
  for (const [name, text] of Object.entries(texts)) part(element, name).textContent = text;
}

/** Asks the API; the error is in the server's words, and `isFinal` when asking again would not help. */
export async function ask(path, options) {
  const response = await fetch(`/api/v1${path}`, options).catch(() => { throw new Error(SILENT); });
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  const error = new Error(body?.detail ?? `marb answered with status ${response.status}.`);
  throw Object.assign(error, { isFinal: response.status < 500 });
}

export const get = (path) => ask(path, { cache: 'no-store', signal: AbortSignal.timeout(15_000) });
