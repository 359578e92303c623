// The first page: the numbers, the riskiest claims, and the files that are dropped, sent one after the other.

const SILENT = 'marb does not answer. Is marb still running?';
const FINISHED = ['done', 'duplicate', 'failed'];
const SHOWN_FINDINGS = 5;
const count = new Intl.NumberFormat('en-US');
const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

const byId = (id) => document.getElementById(id);
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));
const words = (name) => (name ?? '').replaceAll('_', ' ');
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const plural = (n, noun) => `${count.format(n)} ${noun}${n === 1 ? '' : 's'}`;

/** A copy of a template's element, and its parts by name. */
function fromTemplate(id) {
  const element = byId(id).content.firstElementChild.cloneNode(true);
  return { element, ...partsOf(element) };
}

function partsOf(element) {
  return Object.fromEntries([...element.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, part]));
}

/** An answer that says no, in the server's words; `isFinal` where asking again would not help. */
function refusal(status, body) {
  const error = new Error(body?.detail ?? `marb answered with status ${status}.`);
  error.isFinal = status < 500;
  return error;
}

async function get(path) {
  const options = { cache: 'no-store', signal: AbortSignal.timeout(15_000) };
  const response = await fetch(`/api/v1${path}`, options).catch(() => { throw new Error(SILENT); });
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) throw refusal(response.status, body);
  return body;
}

// Numbers and the riskiest claims ------------------------------------------------------------------------------------

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
  for (const element of document.querySelectorAll('[data-count]')) {
    element.textContent = count.format(numbers[element.dataset.count]);
  }
  for (const element of document.querySelectorAll('[data-money]')) {
    element.textContent = money.format(numbers[element.dataset.money]);
  }
  const isEmpty = overview.claims + overview.remittances === 0;
  byId('empty').hidden = !isEmpty;
  byId('numbers').hidden = byId('risk').hidden = isEmpty;
  byId('synthetic').hidden = isEmpty || !overview.is_synthetic;
  byId('waiting').textContent =
    overview.imports_waiting > 0 ? `${plural(overview.imports_waiting, 'file')} being imported now` : '';
}

/** Fills the rows that are there before it adds or removes any, so that the keyboard's focus stays where it is. */
function showRisk({ risk_scores: claims, total }) {
  const rows = byId('risk-rows');
  while (rows.childElementCount > claims.length) rows.lastElementChild.remove();
  while (rows.childElementCount < claims.length) rows.append(fromTemplate('risk-row').element);
  claims.forEach((claim, i) => fillRisk(partsOf(rows.children[i]), claim));
  byId('risk-note').textContent = total === 0
    ? 'No claim is scored yet; claims are scored as their files are imported.'
    : `The ${count.format(claims.length)} riskiest of ${plural(total, 'scored claim')}.`;
}

function fillRisk(row, claim) {
  row.score.className = `level ${claim.risk_level}`;
  // Rounded down, so that the number never seems to belong to the next level.
  row.score.textContent = `${capital(claim.risk_level)} ${Math.floor(claim.overall_score)}`;
  row.score.href = `/api/v1/risk/${claim.claim_id}`;
  row.claim.textContent = claim.patient_control_number;
  row.claim.href = `/api/v1/claims/${claim.claim_id}`;
  row.status.textContent = words(claim.status);
  row.payer.textContent = claim.payer_name ?? 'Not named';
  row.charge.textContent = money.format(claim.total_charge_amount);
  row.why.textContent = claim.reason ?? 'Nothing stands out';
  row.fix.textContent = claim.recommendation ?? 'Nothing';
}

// Files --------------------------------------------------------------------------------------------------------------

let sent = Promise.resolve();
let watched = Promise.resolve();

/** Sends the files one after the other, and follows their imports in the same order meanwhile. */
function add(files) {
  for (const file of files) {
    const row = fromTemplate('file-row');
    row.name.textContent = file.name;
    row.bar.setAttribute('aria-label', `Progress of ${file.name}`);
    byId('file-list').append(row.element);
    const task = (sent = sent.then(() => send(row, file)));
    watched = Promise.all([task, watched]).then(([id]) => id && watch(row, id));
  }
  byId('files').hidden = false;
  showProgress();
}

function showProgress() {
  const rows = [...byId('file-list').children];
  const failed = rows.filter((row) => row.dataset.state === 'failed').length;
  const finished = rows.filter((row) => FINISHED.includes(row.dataset.state)).length;
  byId('progress').textContent =
    `${finished} of ${plural(rows.length, 'file')} finished${failed > 0 ? `, ${failed} failed` : ''}.`;
}

function show(row, state, text, percent) {
  row.element.dataset.state = state;
  row.state.textContent = text;
  row.bar.hidden = FINISHED.includes(state);
  row.bar.value = percent ?? row.bar.value;
  if (row.bar.hidden) showProgress();
}

/** Answers the import's id, or nothing when the file was not taken. */
async function send(row, file) {
  try {
    await file.slice(0, 1).arrayBuffer().catch(() => {
      throw new Error('It cannot be read. If it is a folder, open it and drop the files inside.');
    });
    const receipt = await post(file, (percent) => show(row, 'sending', `Sending, ${percent} %`, percent));
    show(row, receipt.state, 'Received, waiting for its turn', 0);
    return receipt.task_id;
  } catch (error) {
    show(row, 'failed', `Not added: ${error.message}`);
  }
}

/** XMLHttpRequest, because fetch does not tell how much is sent. */
function post(file, onProgress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append('file', file);
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/imports');
    request.responseType = 'json';
    request.upload.onprogress = (event) => onProgress(Math.floor((event.loaded / event.total) * 100));
    request.onerror = () => reject(new Error(SILENT));
    request.onload = () => {
      if (request.status < 300 && request.response) resolve(request.response);
      else reject(refusal(request.status, request.response));
    };
    request.send(form);
  });
}

async function watch(row, id) {
  for (let pause = 200; ; pause = Math.min(pause * 1.5, 2000)) {
    try {
      const answer = await get(`/imports/${encodeURIComponent(id)}`);
      show(row, answer.state, outcome(answer), answer.progress);
      if (FINISHED.includes(answer.state)) {
        showFindings(row, answer);
        refresh();
        return;
      }
    } catch (error) {
      if (error.isFinal) return show(row, 'failed', error.message);
      show(row, 'waiting', `${error.message} The file is safe: its import goes on when marb does.`);
    }
    await sleep(pause);
  }
}

function outcome({ state, progress, message, kind, import: stored }) {
  if (state === 'queued') return 'Received, waiting for its turn';
  if (state === 'running') return `Importing, ${Math.floor(progress)} %`;
  if (state === 'duplicate') return `Already here: ${message}`;
  if (state === 'failed') return `Failed: ${message}`;
  const held = [plural(stored.claims_stored, 'claim'), plural(stored.remittances_stored, 'remittance')];
  if (stored.claims_stored + stored.remittances_stored === 0) return `Done: no claim or remittance in it (${kind})`;
  return `Done: ${held.filter((text) => !text.startsWith('0 ')).join(' and ')}, ${stored.episodes_linked} linked`;
}

function showFindings(row, { findings, findings_total: total, task_id: id }) {
  if (total === 0) return;
  const rank = ['error', 'warning', 'info'];
  const worst = findings.toSorted((a, b) => rank.indexOf(a.severity) - rank.indexOf(b.severity));
  row.list.replaceChildren(...worst.slice(0, SHOWN_FINDINGS).map(findingRow));
  row.summary.textContent = plural(total, 'finding');
  row.all.href = `/api/v1/imports/${encodeURIComponent(id)}`;
  row.findings.hidden = false;
}

function findingRow(finding) {
  const row = fromTemplate('finding-row');
  row.severity.textContent = `${capital(finding.severity)}:`;
  row.severity.className = finding.severity;
  row.message.textContent = finding.message;
  row.fix.textContent = finding.fix;
  row.place.textContent = [
    finding.claim_control_number && `claim ${finding.claim_control_number}`,
    finding.segment > 0 && `segment ${count.format(finding.segment)}`,
    finding.element,
    `byte ${count.format(finding.byte)}`,
    finding.count > 1 && `first of ${count.format(finding.count)}`,
  ].filter(Boolean).join(', ');
  return row.element;
}

const holdsFiles = (event) => event.dataTransfer.types.includes('Files');
const mark = (isOver) => byId('zone').classList.toggle('over', isOver);

// A file dropped beside the zone is taken too; the browser would leave the page to show it.
addEventListener('dragover', (event) => {
  if (holdsFiles(event)) event.preventDefault();
  mark(holdsFiles(event));
});
addEventListener('dragleave', (event) => event.relatedTarget ?? mark(false));
addEventListener('drop', (event) => {
  mark(false);
  if (!holdsFiles(event)) return;
  event.preventDefault();
  add([...event.dataTransfer.files]);
});
byId('picker').addEventListener('change', ({ target }) => {
  add([...target.files]);
  target.value = ''; // so that the same file can be chosen again
});
addEventListener('beforeunload', (event) => {
  const isSending = (row) => row.dataset.state === 'sending' || row.dataset.state === undefined;
  if ([...byId('file-list').children].some(isSending)) event.preventDefault();
});
document.addEventListener('visibilitychange', () => document.hidden || refresh());
refresh();
