const byId = id => document.getElementById(id);
const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;
const duration = seconds => seconds < 120 ? `${Math.ceil(seconds)}\u00a0s` : `${Math.ceil(seconds / 60)}\u00a0min`;

// One call of this page to the server, which calls Spotify. A failure is told in words.
async function call(words, signal) {
  const start = performance.now();
  let albums = [];
  let failure = null;
  try {
    const response = await fetch(`api/search?q=${encodeURIComponent(words)}`, { signal, cache: 'no-store' });
    const body = await response.json().catch(() => ({}));
    albums = body.albums ?? [];
    failure = response.ok ? null : body.detail ?? `The server answered ${response.status}.`;
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }

    failure = 'This page’s own server does not answer. Is it still running?';
  }

  remember(performance.now() - start, failure !== null);
  return { albums, failure };
}

let searching = new AbortController();
let lastWords = '';
let showsFailure = false;

async function search() {
  const words = byId('words').value.trim();
  if (words === '') {
    byId('words').focus();
    return;
  }

  searching.abort();
  searching = new AbortController();
  lastWords = words;
  byId('results').setAttribute('aria-busy', 'true');
  try {
    showAnswer(words, await call(words, searching.signal));
  } catch (error) {
    if (error.name !== 'AbortError') {
      throw error;
    }
  }
}

async function callAgain() {
  const words = lastWords;
  const answer = await call(words);
  if (showsFailure && answer.failure === null && words === lastWords) {
    showAnswer(words, answer);
  }
}

function showAnswer(words, { albums, failure }) {
  const tracks = albums.reduce((sum, album) => sum + album.tracks.length, 0);
  showsFailure = failure !== null;
  byId('outcome').textContent = failure ?? (tracks === 0 ? `Nothing found for “${words}”.` : `${counted(tracks, 'track')} for “${words}”`);
  byId('outcome').classList.toggle('failed', showsFailure);
  byId('results').replaceChildren(...albums.map(draw));
  byId('results').setAttribute('aria-busy', 'false');
}

function draw(album) {
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

// The last calls as strokes: the longer a call took, the higher. Logarithmic, 1 ms to 1 s.
const strokes = Array.from({ length: 60 }, () => document.createElement('i'));
const calls = [];
byId('strip').append(...strokes);

function remember(milliseconds, failed) {
  calls.push({ milliseconds, failed });
  calls.splice(0, calls.length - strokes.length);
  strokes.forEach((stroke, index) => {
    const made = calls[index - strokes.length + calls.length];
    stroke.style.blockSize = made ? `${Math.min(100, 12 + 29 * Math.log10(Math.max(1, made.milliseconds)))}%` : '';
    stroke.className = made?.failed ? 'failed' : made ? 'made' : '';
  });
  const failures = calls.filter(made => made.failed).length;
  const slowest = Math.round(Math.max(...calls.map(made => made.milliseconds)));
  byId('strip-words').textContent =
    `Last ${counted(calls.length, 'call')}: ${failures === 0 ? 'none' : failures} failed, slowest ${slowest}\u00a0ms`;
}

let state = null;
let clockSkew = 0;
let revokedNumber = 0;

function show(news) {
  clockSkew = Date.parse(news.now) - Date.now();
  if (state?.fake && news.fake.isTokenEndpointDown !== state.fake.isTokenEndpointDown) {
    byId('announcement').textContent = news.fake.isTokenEndpointDown ? 'The token endpoint is down.' : 'The token endpoint is up.';
  }

  state = news;
  byId('token-requests').textContent = news.traffic.tokenRequests;
  byId('api-calls').textContent = news.traffic.apiCalls;
  byId('failed-calls').textContent = news.traffic.failedCalls;
  byId('failed-calls').classList.toggle('failed', news.traffic.failedCalls > 0);
  const trouble = news.traffic.lastError;
  byId('last-error').textContent = trouble?.words ?? 'None so far.';
  byId('last-error-time').textContent = trouble ? `at ${new Date(trouble.at).toLocaleTimeString()}` : '';
  byId('fake-notice').hidden = byId('controls').hidden = !news.fake;
  if (news.fake) {
    byId('fake-lifetime').textContent = duration(news.fake.tokenLifetime);
    byId('endpoint').textContent = news.fake.isTokenEndpointDown ? 'Bring the token endpoint up' : 'Take the token endpoint down';
  }

  tick();
}

function tick() {
  const token = state?.token;
  const left = token ? Math.max(0, (Date.parse(token.expiresOn) - Date.now() - clockSkew) / 1000) : 0;
  const percent = token ? Math.min(100, 100 * left / token.life) : 0;
  const gauge = byId('gauge');
  gauge.style.setProperty('--left', `${percent}%`);
  gauge.style.setProperty('--window', token ? `${100 * token.window / token.life}%` : '25%');
  gauge.dataset.phase = !token || left <= token.margin ? 'spent' : left <= token.window ? 'window' : 'good';
  gauge.setAttribute('aria-valuenow', Math.round(percent));
  gauge.setAttribute('aria-valuetext', token ? `${duration(left)} of ${duration(token.life)} left` : 'No token');
  [byId('life').textContent, byId('detail').textContent] = inWords(token, left);
  byId('number').textContent = token ? `No. ${token.number}` : '';
  byId('scale-life').textContent = token ? duration(token.life) : '';
}

function inWords(token, left) {
  if (!state) {
    return ['…', 'Waiting for the server.'];
  }

  const isDown = state.fake?.isTokenEndpointDown;
  if (events.readyState !== EventSource.OPEN) {
    return ['No connection', 'This page’s own server does not answer.'];
  }

  if (!token) {
    return ['No token', isDown ? 'None is to be had: the token endpoint is down.' : 'The next call asks for one.'];
  }

  if (token.number === revokedNumber) {
    return ['Revoked', 'The next call is answered 401, gets another token and is sent again.'];
  }

  if (left <= token.margin) {
    return ['Spent', isDown ? 'None is to be had: the token endpoint is down.' : 'It is no longer used. The next call gets another.'];
  }

  const life = `Good for ${duration(left)}`;
  if (isDown) {
    return [life, 'The token endpoint is down. Calls go on with the token at hand.'];
  }

  return [life, left <= token.window ? 'The next call renews it in the background.' : `A call in its last ${duration(token.window)} renews it in the background.`];
}

const events = new EventSource('api/panel');
events.addEventListener('state', event => show(JSON.parse(event.data)));
events.addEventListener('error', tick);

const control = async path => {
  const response = await fetch(`fake/${path}`, { method: 'POST' });
  return response.ok;
};
byId('revoke').addEventListener('click', async () => {
  const number = state.token?.number;
  if (await control('revoke')) {
    revokedNumber = number;
    byId('announcement').textContent = 'The token is revoked. The next call gets a new one.';
    tick();
  }
});
byId('endpoint').addEventListener('click', () => control(`token-endpoint/${state.fake.isTokenEndpointDown ? 'up' : 'down'}`));

const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
setInterval(tick, calm ? 1000 : 250);
setInterval(() => {
  if (state?.fake && byId('keep-calling').checked && !document.hidden && lastWords !== '') {
    callAgain();
  }
}, 500);
search();
