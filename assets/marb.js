// The first page: the numbers, the riskiest claims, and the files that are dropped, sent one after the other.

import { ask, byId, capital, count, fill, fromTemplate, get, money, part, plural } from './common.js';

const FINISHED = ['done', 'duplicate', 'failed'];
const SEVERITIES = ['error', 'warning', 'info'];

// Numbers and the riskiest claims

let timer;

async function refresh() {
  try {
    const [overview, risk] = await Promise.all([get('/overview'), get('/risk?limit=15')]);
    showOverview(overview);
    showRisk(risk);
    byId('trouble').textContent = '';
  } catch (error) {
    byId('trouble').textContent = error.message;
  }
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, 4000);
}

function showOverview(overview) {
  const numbers = { ...overview, ...overview.risk_levels };
  for (const element of document.querySelectorAll('[data-number]')) {
    const name = element.dataset.number;
    element.textContent = (name.endsWith('_amount') ? money : count).format(numbers[name]);
  }
  const isEmpty = overview.claims + overview.remittances === 0;
  const waiting = overview.imports_waiting;
  byId('empty').hidden = !isEmpty;
  byId('numbers').hidden = byId('risk').hidden = isEmpty;
  byId('synthetic').hidden = isEmpty || !overview.is_synthetic;
  byId('waiting').textContent = waiting > 0 ? `${plural(waiting, 'file')} being imported now` : '';
}

/** Fills the rows that are there before it adds or removes any, so that the keyboard's focus stays where it is. */
function showRisk({ risk_scores: claims, total }) {
  const rows = byId('risk-rows');
  while (rows.childElementCount > claims.length) rows.lastElementChild.remove();
  while (rows.childElementCount < claims.length) rows.append(fromTemplate('risk-row'));
  claims.forEach((claim, i) => showRiskyClaim(rows.children[i], claim));
  byId('scored').textContent = total === 0
    ? 'No claim is scored yet; claims are scored as their files are imported.'
    : `The ${count.format(claims.length)} riskiest of ${plural(total, 'scored claim')}.`;
}

const known = (value, text) => (value === null ? '' : text(value));

function showRiskyClaim(row, claim) {
  fill(row, {
    // Rounded down, so that the number never seems to belong to the next level.
    score: `${capital(claim.risk_level)} ${Math.floor(claim.overall_score)}`,
    claim: claim.patient_control_number,
    status: claim.status.replaceAll('_', ' '),
    payer: claim.payer_name ?? 'Not named',
    charge: money.format(claim.total_charge_amount),
    chance: known(claim.denial_probability, (chance) => `${Math.round(100 * chance)} % likely denied`),
    loss: known(claim.expected_loss, (loss) => `${money.format(loss)} likely lost`),
    why: capital(claim.reason ?? 'nothing stands out'),
    fix: claim.recommendation ?? 'Nothing',
  });
  part(row, 'score').className = `level ${claim.risk_level}`;
  part(row, 'score').href = `/api/v1/risk/${claim.claim_id}`;
  part(row, 'claim').href = `/api/v1/claims/${claim.claim_id}`;
}

// Files

let sent = Promise.resolve();
let watched = Promise.resolve();

/** Sends the files one after the other, and meanwhile follows their imports in the same order. */
function add(files) {
  for (const file of files) {
    const row = fromTemplate('file-row');
    fill(row, { name: file.name });
    part(row, 'bar').ariaLabel = `Progress of ${file.name}`;
    byId('file-rows').append(row);
    sent = sent.then(() => send(row, file));
    watched = Promise.all([sent, watched]).then(([id]) => id && watch(row, id));
  }
  byId('files').hidden = byId('file-rows').childElementCount === 0;
  showProgress();
}

function showProgress() {
  const states = [...byId('file-rows').children].map((row) => row.dataset.state);
  const finished = states.filter((state) => FINISHED.includes(state)).length;
  const failed = states.filter((state) => state === 'failed').length;
  byId('progress').textContent =
    `${finished} of ${plural(states.length, 'file')} finished${failed > 0 ? `, ${failed} failed` : ''}.`;
  if (finished === states.length) refresh();
}

/** Without a percentage the bar shows that it is not known yet. */
function show(row, state, text, percent) {
  const bar = part(row, 'bar');
  row.dataset.state = state;
  fill(row, { state: text });
  if (percent === undefined) bar.removeAttribute('value');
  else bar.value = percent;
  bar.hidden = FINISHED.includes(state);
  if (state === 'failed') row.parentElement.prepend(row); // where it is seen
  if (bar.hidden) showProgress();
}

/** Answers the id of the import that is to be followed, if there is one. */
async function send(row, file) {
  show(row, 'sending', 'Sending');
  try {
    await file.slice(0, 1).arrayBuffer().catch(() => {
      throw new Error('it cannot be read. If it is a folder, open it and drop the files inside.');
    });
    const body = new FormData();
    body.append('file', file);
    const receipt = await ask('/imports', { method: 'POST', body });
    show(row, receipt.state, receipt.message);
    return FINISHED.includes(receipt.state) ? null : receipt.task_id;
  } catch (error) {
    show(row, 'failed', `Not added: ${error.message}`);
    return null;
  }
}

async function watch(row, id) {
  for (let pause = 20; !FINISHED.includes(row.dataset.state); pause = Math.min(pause * 2, 2000)) {
    await new Promise((wake) => setTimeout(wake, pause));
    try {
      const answer = await get(`/imports/${id}`);
      show(row, answer.state, outcome(answer), answer.state === 'queued' ? undefined : answer.progress);
      showFindings(row, answer);
    } catch (error) {
      if (error.isFinal) show(row, 'failed', `Failed: ${error.message}`);
      else show(row, 'waiting', `${error.message} The file is safe: its import goes on when marb does.`);
    }
  }
}

function outcome({ state, progress, message, import: stored }) {
  if (state === 'queued') return 'Received, waiting for its turn';
  if (state === 'running') return `Importing, ${Math.floor(progress)} %`;
  if (state === 'failed') return `Failed: ${message}`;
  if (state === 'duplicate') return message;
  const { claims_stored: claims, remittances_stored: remittances, episodes_linked: episodes } = stored;
  const held = [[claims, 'claim'], [remittances, 'remittance'], [episodes, 'linked episode']];
  const texts = held.filter(([n]) => n > 0).map(([n, noun]) => plural(n, noun));
  return texts.length > 0 ? `Done: ${texts.join(', ')}` : 'Done, but no claim or remittance is in it';
}

function showFindings(row, { findings, findings_total: total, task_id: id }) {
  const worst = findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  row.querySelector('ul').replaceChildren(...worst.slice(0, 5).map(findingRow));
  row.querySelector('details').hidden = total === 0;
  fill(row, { summary: plural(total, 'finding') });
  part(row, 'all').href = `/api/v1/imports/${id}`;
}

function findingRow({ severity, message, fix, claim_control_number: claim, segment, element, byte, count: times }) {
  const row = fromTemplate('finding-row');
  const place = [claim && `claim ${claim}`, segment > 0 && `segment ${segment}`, element, `byte ${byte}`];
  if (times > 1) place.push(`first of ${count.format(times)}`);
  fill(row, { severity: capital(severity), message: capital(message), fix, place: place.filter(Boolean).join(', ') });
  part(row, 'severity').className = severity;
  return row;
}

const holdsFiles = (event) => event.dataTransfer.types.includes('Files');
const highlight = (isOver) => byId('zone').classList.toggle('over', isOver);

// A file dropped beside the zone is taken too: left to itself, the browser would leave the page to show it.
addEventListener('dragover', (event) => {
  if (holdsFiles(event)) event.preventDefault();
  highlight(holdsFiles(event));
});
addEventListener('dragleave', (event) => event.relatedTarget ?? highlight(false));
addEventListener('drop', (event) => {
  highlight(false);
  if (!holdsFiles(event)) return;
  event.preventDefault();
  add(event.dataTransfer.files);
});
byId('picker').addEventListener('change', ({ target }) => {
  add([...target.files]);
  target.value = ''; // so that the same file can be chosen again
});
addEventListener('beforeunload', (event) => {
  const isUnsent = (row) => [undefined, 'sending'].includes(row.dataset.state);
  if ([...byId('file-rows').children].some(isUnsent)) event.preventDefault();
});
document.addEventListener('visibilitychange', () => document.hidden || refresh());
refresh();
