// The cache's page: its statistics and advice, read again every few seconds.

import { ask, byId, capital, count, fill, fromTemplate, get, part, plural } from './common.js';

const two = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const one = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** A hit rate; of no lookups there is none. */
const rate = ({ total, hit_rate: percent }) => (total > 0 ? `${two.format(percent)}\u00a0%` : '–');
const title = (name) => capital(name.replaceAll('_', ' '));

/** A number in the largest unit of which it has one. */
function inUnits(number, units) {
  const [size, unit] = units.find(([size]) => number >= size) ?? units.at(-1);
  return `${one.format(number / size)} ${unit}`;
}
const bytes = (n) => inUnits(n, [[2 ** 30, 'GB'], [2 ** 20, 'MB'], [2 ** 10, 'KB'], [1, 'B']]);
const duration = (s) => inUnits(s, [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's'], [0.001, 'ms']]);

let timer;

async function refresh() {
  try {
    const [stats, advice] = await Promise.all([get('/cache/stats?limit=1'), get('/cache/advice')]);
    showAll(stats);
    rows('advice', advice, showAdvice);
    rows('type', Object.entries(stats.by_type), showType);
    showKeys('hottest', stats.hottest, ({ hits }) => plural(hits, 'hit'));
    showKeys('most-missed', stats.most_missed, ({ misses }) => `${count.format(misses)} missed`);
    byId('trouble').textContent = '';
  } catch (error) {
    byId('trouble').textContent = error.message;
  }
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, 4000);
}

function showAll(stats) {
  const { overall } = stats;
  fill(document, {
    ever: rate(overall),
    hits: count.format(overall.hits),
    total: count.format(overall.total),
    seconds: rate(overall.last_10_seconds),
    minute: rate(overall.last_minute),
    hour: rate(overall.last_hour),
    saved: duration(stats.time_saved_seconds),
    bytes: bytes(stats.bytes),
    entries: count.format(stats.entries),
    capacity: bytes(stats.capacity),
    loads: count.format(stats.loads),
    failed: count.format(stats.failed_loads),
    waits: count.format(stats.single_flight_waits),
  });
  byId('since').textContent = `Counted since ${new Date(stats.since).toLocaleString()}.`;
}

/** Fills a row for each, keeping those that are there. */
function rows(name, items, show) {
  const body = byId(`${name}-rows`);
  while (body.childElementCount > items.length) body.lastElementChild.remove();
  while (body.childElementCount < items.length) body.append(fromTemplate(`${name}-row`));
  items.forEach((item, i) => show(body.children[i], item));
}

function showAdvice(row, { type, hit_rate: percent, target_hit_rate: target, lookups, message }) {
  fill(row, { type: title(type), rate: rate({ total: lookups, hit_rate: percent }), message });
  const meter = part(row, 'meter');
  meter.hidden = lookups === 0;
  meter.value = percent;
  meter.low = target / 2;
  meter.high = target;
  meter.optimum = 100;
  meter.title = `${two.format(percent)} % of ${plural(lookups, 'lookup')}; target ${target} %`;
}

function showType(row, [type, of]) {
  const left = [
    [of.evicted, 'to make room'], [of.expired, `expired (${count.format(of.expired_unread)} unread)`],
    [of.invalidated, 'changed by a write'],
  ];
  fill(row, {
    type: title(type),
    lately: [of.last_10_seconds, of.last_minute, of.last_hour].map(rate).join(', '),
    lookups: count.format(of.total),
    loads: `${count.format(of.loads)}, ${count.format(of.failed_loads)}`,
    times: of.loads > 0 ? `${two.format(of.mean_load_ms)}, ${two.format(of.p99_load_ms)} ms` : '–',
    saved: of.time_saved_seconds > 0 ? duration(of.time_saved_seconds) : '–',
    kept: of.entries > 0 ? `${count.format(of.entries)}, ${bytes(of.bytes)}` : '–',
    ttl: of.ttl_seconds > 0 ? duration(of.ttl_seconds) : 'not cached',
    left: left.filter(([n]) => n > 0).map(([n, why]) => `${count.format(n)} ${why}`).join(', ') || '–',
  });
}

function showKeys(id, keys, lookups) {
  byId(id).replaceChildren(...keys.map((key) => {
    const row = fromTemplate('key-row');
    fill(row, { key: key.key, lookups: lookups(key) });
    return row;
  }));
}

byId('reset').addEventListener('click', async () => {
  if (!confirm('Set all statistics of the cache to zero? What is cached stays.')) return;
  try {
    await ask('/cache/stats/reset', { method: 'POST' });
    await refresh();
  } catch (error) {
    byId('trouble').textContent = error.message;
  }
});
document.addEventListener('visibilitychange', () => document.hidden || refresh());
refresh();
