'use strict';

const LANG = document.documentElement.lang === 'fr' ? 1 : 0;
const say = (texts) => (Array.isArray(texts) ? texts[LANG] : texts);
/** One scrape a second, five minutes in a picture; rates and percentiles are of the last ten scrapes. */
const EVERY_MS = 1000;
const SHOWN = 300;
const SPAN = 10;

/** What is drawn: a title, a unit, and one or two lines, each of a scrape and of the one some seconds before. */
const PANELS = [
  [['Requests', 'Requêtes'], '/s', [
    [['all', 'toutes'], rate('http_server_request_duration_seconds_count')],
    [['failed (5xx)', 'en échec (5xx)'], rate('http_server_request_duration_seconds_count', /http_response_status_code="5/)],
  ]],
  [['Duration of a request', "Durée d'une requête"], 's', percentiles('http_server_request_duration_seconds')],
  [['Sagas', 'Sagas'], '/s', [
    [['started', 'commencées'], rate('store_sagas_started_total')],
    [['ended', 'terminées'], rate('store_sagas_ended_total')],
  ]],
  [['Duration of a saga', "Durée d'une saga"], 's', percentiles('store_saga_duration_seconds')],
  [['Open sagas', 'Sagas ouvertes'], '', [
    [['in flight', 'en cours'], now('store_sagas_in_flight')],
    [['overdue', 'en retard'], now('store_sagas_overdue', 0)],
  ]],
  [['Events handled', 'Événements traités'], '/s', [
    [['taken', 'reçus'], rate('messaging_client_consumed_messages_total')],
    [['came again', 'en double'], rate('store_inbox_duplicates_total')],
  ]],
  [['Outbox', 'Outbox'], '', [[['events that wait', 'événements en attente'], now('store_outbox_events')]]],
  [['From the event to the broker', "De l'événement au broker"], 's', percentiles('store_relay_lag_seconds')],
  [['Behind the topics', 'Retard sur les topics'], '', [[['events to come', 'événements à venir'], now('store_consumer_lag_events')]]],
  [['Parked events', 'Événements mis de côté'], '', [[['now', 'maintenant'], now('store_parked_events')]]],
];

/** All samples of a metric: `[labels, value]`. */
function samples(scrape, name) {
  return scrape.values.get(name) ?? [];
}

function sum(scrape, name, labels, none) {
  const found = samples(scrape, name).filter(([of]) => !labels || labels.test(of));
  return found.length === 0 ? none : found.reduce((total, [, value]) => total + value, 0);
}

/** A gauge, all its samples together; `none` stands for a family without any. */
function now(name, none) {
  return (scrape) => sum(scrape, name, null, scrape.types.has(name) ? none : undefined);
}

/** What is added to a counter in a second. One that is smaller than before began again with its process. */
function rate(name, labels) {
  return (scrape, before) => {
    if (!scrape.types.has(name.replace(/_count$/, ''))) return undefined;
    const added = sum(scrape, name, labels, 0) - sum(before, name, labels, 0);
    return added < 0 ? NaN : added / ((scrape.at - before.at) / 1000);
  };
}

function percentiles(name) {
  const of = (share) => (scrape, before) => (scrape.types.has(name) ? quantile(scrape, before, name, share) : undefined);
  return [['p50', of(0.5)], ['p99', of(0.99)]];
}

/** As Prometheus' histogram_quantile: even within a bucket. */
function quantile(scrape, before, name, share) {
  const counts = (of) => {
    const buckets = new Map();
    for (const [labels, value] of samples(of, `${name}_bucket`)) {
      const bound = Number(/le="([^"]*)"/.exec(labels)[1].replace('+Inf', 'Infinity'));
      buckets.set(bound, (buckets.get(bound) ?? 0) + value);
    }
    return buckets;
  };
  const earlier = counts(before);
  const buckets = [...counts(scrape)].map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)]);
  buckets.sort(([one], [other]) => one - other);
  const rank = share * (buckets.at(-1)?.[1] ?? 0);
  if (!(rank > 0)) return NaN;
  let [low, below] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= rank) return bound === Infinity ? low : low + ((bound - low) * (rank - below)) / (count - below);
    [low, below] = [bound, count];
  }
  return NaN;
}

/** Prometheus' text format. */
function read(text) {
  const [values, types] = [new Map(), new Set()];
  for (const line of text.split('\n')) {
    if (line.startsWith('# TYPE ')) types.add(line.split(' ')[2]);
    const found = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!found) continue;
    const [, name, labels = '', value] = found;
    if (!values.has(name)) values.set(name, []);
    values.get(name).push([labels, Number(value)]);
  }
  return { at: performance.now(), values, types };
}

const NUMBER = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 3 });

function written(value, unit) {
  if (!Number.isFinite(value)) return '–';
  if (unit === 's') return value < 1 ? `${NUMBER.format(value * 1000)} ms` : `${NUMBER.format(value)} s`;
  return `${NUMBER.format(value)}${unit && ` ${unit}`}`;
}

/** A panel with its picture. It appears with the first figure that its service tells. */
function panel([title, unit, lines]) {
  const figure = document.createElement('figure');
  figure.hidden = true;
  const values = lines.map(([name]) => `<div><dt>${say(name)}</dt><dd>–</dd></div>`).join('');
  const polylines = lines.map(() => '<polyline/>').join('');
  figure.innerHTML = `<figcaption>${say(title)}</figcaption><dl>${values}</dl><svg viewBox="0 0 300 100" role="img">
    <g transform="translate(0 14) scale(1 .85)">${polylines}</g><text x="0" y="10"></text></svg>`;
  document.getElementById('panels').append(figure);
  const past = lines.map(() => []);
  return (scrape, before) => {
    const present = lines.map(([, of]) => of(scrape, before));
    if (present.every((value) => value === undefined)) return;
    figure.hidden = false;
    present.forEach((value, at) => {
      past[at].push(value);
      if (past[at].length > SHOWN) past[at].shift();
      figure.querySelectorAll('dd')[at].textContent = written(value, unit);
    });
    draw(figure, past, unit);
    const told = lines.map(([name], at) => `${say(name)} ${written(present[at], unit)}`);
    figure.querySelector('svg').setAttribute('aria-label', `${say(title)}: ${told.join(', ')}`);
  };
}

function draw(figure, past, unit) {
  const most = Math.max(...past.flat().filter(Number.isFinite), 0);
  figure.querySelector('text').textContent = most > 0 ? written(most, unit) : '';
  past.forEach((values, line) => {
    const place = (value, at) => `${SHOWN - values.length + at},${100 - (most > 0 ? (value / most) * 98 : 0)}`;
    const points = values.map((value, at) => (Number.isFinite(value) ? place(value, at) : '')).filter(Boolean);
    figure.querySelectorAll('polyline')[line].setAttribute('points', points.join(' '));
  });
}

function dependencies(scrape) {
  const items = samples(scrape, 'store_dependency_up').map(([labels, up]) => {
    const item = document.createElement('li');
    const name = /dependency="([^"]*)"/.exec(labels)[1];
    item.className = up ? 'up' : 'away';
    item.textContent = up ? `● ${name} ${say(['answers', 'répond'])}` : `✖ ${name} ${say(['is away', 'est absent'])}`;
    return item;
  });
  document.getElementById('dependencies').replaceChildren(...items);
}

const draws = PANELS.map(panel);
const scrapes = [];

async function look() {
  let state;
  try {
    const scrape = read(await (await fetch('/metrics', { signal: AbortSignal.timeout(5000) })).text());
    const before = scrapes.at(-SPAN) ?? scrapes[0] ?? scrape;
    scrapes.push(scrape);
    if (scrapes.length > SPAN) scrapes.shift();
    if (before !== scrape) for (const update of draws) update(scrape, before);
    dependencies(scrape);
    state = ['● running', '● en marche'];
  } catch {
    state = ['✖ does not answer', '✖ ne répond pas'];
  }
  document.getElementById('state').textContent = say(state);
  setTimeout(look, EVERY_MS);
}
look();
