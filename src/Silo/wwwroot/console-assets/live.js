// Whatever happens to the migration redraws the page. While somebody fills in a form nothing moves under their hands, and what an action
// came to stays long enough to be read.
const period = 5000;
const reading = 20000;
const again = 5000;
const kinds = ['phase', 'split', 'dual_write', 'rollback', 'pause', 'resume', 'incarnation', 'guard', 'run', 'conflict', 'gateway', 'cluster', 'attestation', 'drill', 'gate'];
let due, retry;
let lost = false;

const later = delay => { clearTimeout(due); due = setTimeout(refresh, delay); };
const say = text => { const line = document.getElementById('connection'); if (line) line.textContent = text; };

function busy() {
  if (document.activeElement?.matches('main form :is(input, select, textarea)')) return true;
  const chosen = s => s.selectedIndex !== Math.max(0, [...s.options].findIndex(o => o.defaultSelected));
  if ([...document.querySelectorAll('main select')].some(chosen)) return true;
  return [...document.querySelectorAll('main input')].some(i => i.type === 'checkbox' ? i.checked !== i.defaultChecked : i.value !== i.defaultValue);
}

function refresh() {
  later(period);
  if (!document.hidden && !busy()) Blazor.navigateTo(location.href, { replaceHistoryEntry: true });
}

function settled() {
  later(document.querySelector('[data-outcome]') ? reading : period);
}

function listen() {
  const events = new EventSource('/api/migration/events');
  events.onopen = () => { if (lost) { lost = false; say(''); later(0); } };
  events.onerror = () => {
    lost = true;
    say('The connection is lost; what you see may be old. Connecting again…');
    // One that breaks is opened again by the browser, and one that is answered with an error never.
    if (events.readyState === EventSource.CLOSED) { clearTimeout(retry); retry = setTimeout(listen, again); }
  };
  for (const kind of kinds) events.addEventListener(kind, () => { if (!document.querySelector('[data-outcome]')) later(300); });
}

if (document.getElementById('connection')) {
  listen();
  Blazor.addEventListener('enhancedload', settled);
  settled();
}
