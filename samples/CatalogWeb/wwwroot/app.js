const byId = id => document.getElementById(id);
const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;
const duration = seconds => seconds < 120 ? `${Math.ceil(seconds)}\u00a0s` : `${Math.ceil(seconds / 60)}\u00a0min`;

// Calls the sample’s server, which calls Spotify. A failure is returned as a message.
async function callServer(words, signal) {
  const start = performance.now();
  let albums = [];
  let failure = null;
  try {
    const response = await fetch(`api/search?q=${encodeURIComponent(words)}`, { signal, cache: 'no-store' });
    const body = await response.json().catch(() => ({}));
    albums = body.albums ?? [];
    failure = response.ok ? null : body.detail ?? `The server returned ${response.status}.`;
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }

    failure = 'The sample’s server doesn’t respond. Is it still running?';
  }

  recordCall(performance.now() - start, failure !== null);
  return { albums, failure };
}

let abortController = new AbortController();
let lastWords = '';
let isFailureShown = false;

async function search() {
  const words = byId('words').value.trim();
  if (words === '') {
    byId('words').focus();
    return;
  }

  abortController.abort();
  abortController = new AbortController();
  lastWords = words;
  byId('results').setAttribute('aria-busy', 'true');
  try {
    showResult(words, await callServer(words, abortController.signal));
  } catch (error) {
    if (error.name !== 'AbortError') {
      throw error;
    }
  }
}

async function callAgain() {
  const words = lastWords;
  const result = await callServer(words);
  if (isFailureShown && result.failure === null && words === lastWords) {
    showResult(words, result);
  }
}

function showResult(words, { albums, failure }) {
  const tracks = albums.reduce((sum, album) => sum + album.tracks.length, 0);
  isFailureShown = failure !== null;
  byId('outcome').textContent = failure ?? (tracks === 0 ? `Nothing found for “${words}”.` : `${plural(tracks, 'track')} for “${words}”`);
  byId('outcome').classList.toggle('failed', isFailureShown);
  byId('results').replaceChildren(...albums.map(renderAlbum));
  byId('results').setAttribute('aria-busy', 'false');
}

function renderAlbum(album) {
  const item = byId('album').content.cloneNode(true);
  const cover = item.querySelector('.cover');
  if (album.cover) {
    cover.src = album.cover;
  }

  const title = item.querySelector('.title');
  if (album.page) {
    const link = document.createElement('a');
    link.href = album.page;
    link.textContent = album.name;
    title.append(link);
  } else {
    title.textContent = album.name;
  }

  item.querySelector('.by').textContent = [album.artists, album.year].filter(Boolean).join(' · ');
  item.querySelector('.tracks').append(...album.tracks.map(track => {
    const row = document.createElement('li');
    const name = document.createElement('span');
    const time = document.createElement('span');
    name.textContent = track.name;
    time.textContent = `${Math.floor(track.seconds / 60)}:${String(track.seconds % 60).padStart(2, '0')}`;
    row.append(name, time);
    return row;
  }));
  return item;
}

byId('search').addEventListener('submit', event => {
  event.preventDefault();
  search();
});
document.querySelectorAll('[data-words]').forEach(button => button.addEventListener('click', () => {
  byId('words').value = button.dataset.words;
  search();
}));

// The last calls as bars, whose height shows the duration on a logarithmic scale from 1 ms to 1 s.
const bars = Array.from({ length: 60 }, () => document.createElement('i'));
const calls = [];
byId('strip').append(...bars);

function recordCall(milliseconds, failed) {
  calls.push({ milliseconds, failed });
  calls.splice(0, calls.length - bars.length);
  bars.forEach((bar, index) => {
    const call = calls[index - bars.length + calls.length];
    bar.style.blockSize = call ? `${Math.min(100, 12 + 29 * Math.log10(Math.max(1, call.milliseconds)))}%` : '';
    bar.className = call?.failed ? 'failed' : call ? 'succeeded' : '';
  });
  const failures = calls.filter(call => call.failed).length;
  const slowest = Math.round(Math.max(...calls.map(call => call.milliseconds)));
  byId('strip-words').textContent =
    `Last ${plural(calls.length, 'call')}: ${failures === 0 ? 'none' : failures} failed, slowest ${slowest}\u00a0ms`;
}

let state = null;
let clockSkew = 0;
let revokedNumber = 0;

function show(newState) {
  clockSkew = Date.parse(newState.now) - Date.now();
  if (state?.fake && newState.fake.isTokenEndpointDown !== state.fake.isTokenEndpointDown) {
    byId('announcement').textContent = newState.fake.isTokenEndpointDown ? 'The token endpoint is down.' : 'The token endpoint is up.';
  }

  state = newState;
  byId('token-requests').textContent = newState.traffic.tokenRequests;
  byId('api-calls').textContent = newState.traffic.apiCalls;
  byId('failed-calls').textContent = newState.traffic.failedCalls;
  byId('held-back').textContent = newState.traffic.heldBack;
  byId('failed-calls').classList.toggle('failed', newState.traffic.failedCalls > 0);
  const error = newState.traffic.lastError;
  byId('last-error').textContent = error?.message ?? 'None so far.';
  byId('last-error-time').textContent = error ? `at ${new Date(error.at).toLocaleTimeString()}` : '';
  byId('fake-notice').hidden = byId('controls').hidden = !newState.fake;
  if (newState.fake) {
    byId('fake-lifetime').textContent = duration(newState.fake.tokenLifetime);
    byId('rate-limit').textContent = newState.fake.isRateLimited ? 'The rate limit is used up: calls wait' : 'Use up the rate limit';
    byId('endpoint').textContent = newState.fake.isTokenEndpointDown ? 'Bring the token endpoint up' : 'Take the token endpoint down';
  }

  tick();
}

function tick() {
  const token = state?.token;
  const left = token ? Math.max(0, (Date.parse(token.expiresOn) - Date.now() - clockSkew) / 1000) : 0;
  const percent = token ? Math.min(100, 100 * left / token.lifetime) : 0;
  const gauge = byId('gauge');
  gauge.style.setProperty('--left', `${percent}%`);
  gauge.style.setProperty('--window', token ? `${100 * token.window / token.lifetime}%` : '25%');
  gauge.dataset.phase = !token || left <= token.margin ? 'unusable' : left <= token.window ? 'window' : 'usable';
  gauge.setAttribute('aria-valuenow', Math.round(percent));
  gauge.setAttribute('aria-valuetext', token ? `${duration(left)} of ${duration(token.lifetime)} left` : 'No token');
  [byId('life').textContent, byId('detail').textContent] = describe(token, left);
  byId('number').textContent = token ? `No. ${token.number}` : '';
  byId('scale-life').textContent = token ? duration(token.lifetime) : '';
}

function describe(token, left) {
  if (!state) {
    return ['…', 'Waiting for the server.'];
  }

  const isDown = state.fake?.isTokenEndpointDown;
  if (events.readyState !== EventSource.OPEN) {
    return ['No connection', 'The sample’s server doesn’t respond.'];
  }

  if (!token) {
    return ['No token', isDown ? 'The token endpoint is down, so no token is available.' : 'The next call requests one.'];
  }

  if (token.number === revokedNumber) {
    return ['Revoked', isDown
      ? 'The token endpoint is down. Calls get a 401 response until a new token is available.'
      : 'The next call gets a 401 response, requests a new token and is sent again.'];
  }

  if (left <= token.margin) {
    return ['No longer used', isDown ? 'The token endpoint is down, so no token is available.' : 'The next call requests a new token.'];
  }

  const validity = `Valid for ${duration(left)}`;
  if (isDown) {
    return [validity, 'The token endpoint is down. Calls continue with the current token.'];
  }

  return [validity, left <= token.window ? 'The next call renews it in the background.' : `A call during its last ${duration(token.window)} renews it in the background.`];
}

const events = new EventSource('api/panel');
events.addEventListener('state', event => show(JSON.parse(event.data)));
events.addEventListener('error', tick);

const postControl = async path => {
  const response = await fetch(`fake/${path}`, { method: 'POST' });
  return response.ok;
};
byId('revoke').addEventListener('click', async () => {
  const number = state.token?.number;
  if (await postControl('revoke')) {
    revokedNumber = number;
    byId('announcement').textContent = 'The token is revoked. The next call gets a new one.';
    tick();
  }
});
byId('endpoint').addEventListener('click', () => postControl(`token-endpoint/${state.fake.isTokenEndpointDown ? 'up' : 'down'}`));

byId('rate-limit').addEventListener('click', async () => {
  if (await postControl('rate-limit')) {
    byId('announcement').textContent = 'The rate limit is used up for 4 seconds. Calls wait until it is over.';
  }
});

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;
setInterval(tick, reducedMotion ? 1000 : 250);
setInterval(() => {
  if (state?.fake && byId('keep-calling').checked && !document.hidden && lastWords !== '') {
    callAgain();
  }
}, 500);
search();
