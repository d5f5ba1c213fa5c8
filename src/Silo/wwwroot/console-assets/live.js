// Whatever happens to the migration redraws the page. While somebody fills in a form, or reads what they have opened, nothing moves under their hands, and the
// page says since when; what an action came to stays long enough to be read.
const period = 5000;
const reading = 20000;
const again = 5000;
const kinds = ['phase', 'split', 'dual_write', 'rollback', 'pause', 'resume', 'incarnation', 'guard', 'run', 'conflict', 'gateway', 'cluster', 'attestation', 'drill', 'gate'];
let due, retry, drawn;
let lost = false;

const later = delay => { clearTimeout(due); due = setTimeout(refresh, delay); };
const say = text => { const line = document.getElementById('connection'); if (line && line.textContent !== text) line.textContent = text; };

function busy() {
  if (document.activeElement?.matches('main form :is(input, select, textarea)')) return true;
  const chosen = s => s.selectedIndex !== Math.max(0, [...s.options].findIndex(o => o.defaultSelected));
  if ([...document.querySelectorAll('main select')].some(chosen)) return true;
  if (document.querySelector('main details[open]')) return true;
  return [...document.querySelectorAll('main input')].some(i => i.type === 'checkbox' ? i.checked !== i.defaultChecked : i.value !== i.defaultValue);
}

function refresh() {
  later(period);
  if (document.hidden) return;
  // Without what follows #, to which the browser would scroll.
  if (!busy()) Blazor.navigateTo(location.pathname + location.search, { replaceHistoryEntry: true });
  else if (!lost) say(`As of ${drawn} UTC: it is not redrawn while a form is filled in or details are open.`);
}

function settled() {
  drawn = new Date().toISOString().slice(11, 19);
  if (!lost) say('');
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
