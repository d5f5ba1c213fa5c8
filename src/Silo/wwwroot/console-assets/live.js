// Whatever happens to the migration redraws the page. While somebody fills in a form nothing moves under their hands, and what an action
// came to stays long enough to be read.
const period = 5000;
const reading = 20000;
const kinds = ['phase', 'split', 'dual_write', 'rollback', 'pause', 'resume', 'incarnation', 'guard', 'run', 'conflict', 'gateway', 'cluster', 'attestation', 'drill', 'gate'];
let due;

const later = delay => { clearTimeout(due); due = setTimeout(refresh, delay); };
const say = text => { document.getElementById('connection').textContent = text; };

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

if (document.getElementById('connection')) {
  const events = new EventSource('/api/migration/events');
  let lost = false;
  events.onopen = () => { if (lost) { lost = false; say(''); later(0); } };
  events.onerror = () => { lost = true; say('The connection is lost; what you see may be old. Connecting again…'); };
  for (const kind of kinds) events.addEventListener(kind, () => { if (!document.querySelector('[data-outcome]')) later(300); });
  Blazor.addEventListener('enhancedload', settled);
  settled();
}
