// The clock of the page. One bar, any number of charts: it announces the step to be seen as the
// window event `gd-frame`, and whatever wants to follow listens. Nothing here talks to the server.

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16]
const ICONS = {
  first: 'M6 5h2.4v14H6zM20 5v14L9.5 12z',
  back: 'M15.5 5v14L5 12zM17 5h2.4v14H17z',
  play: 'M7 4.5v15l13-7.5z',
  pause: 'M6.5 5h4v14h-4zM13.5 5h4v14h-4z',
  on: 'M8.5 5v14L19 12zM4.6 5H7v14H4.6z',
  last: 'M15.6 5H18v14h-2.4zM4 5v14l10.5-7z',
  guess: 'M12 3a6 6 0 0 0-6 6h2.6a3.4 3.4 0 1 1 5.2 2.9c-1.7 1-3.1 2.2-3.1 4.6h2.6c0-1.3.8-1.8 1.9-2.5A6 6 0 0 0 12 3zm-1.5 15.4h3V21.4h-3z',
  loop: 'M7 7h9.2l-2-2L15.6 3.6 20 8l-4.4 4.4-1.4-1.4 2-2H9v4H7zm10 10H7.8l2 2-1.4 1.4L4 16l4.4-4.4 1.4 1.4-2 2H15v-4h2z',
}
// Keys belong to the form field, slider, menu or link that has the focus before they belong to us.
const BUSY = 'input, textarea, select, [contenteditable="true"], [role="slider"], [role="combobox"],'
  + '[role="listbox"], [role="textbox"], [role="option"], [role="radio"], [role="tab"],'
  + '[role="menuitem"], [role="menu"], [role="dialog"], [role="grid"], canvas[data-testid]'

// Lines carry the row of their first point only: no step to go to.
const LINES = ['line', 'area', 'trail']

// State outlives the component: a control that changes redraws the page, and the step must stay.
const memory = (window.gdPlayerMemory ??= {})
// Streamlit mounts anew whenever data change and forgets the mount before, which must not go on
// listening: two players would answer every key. It may also load this module twice, so the mount
// that counts is kept by the window. Where a page is rearranged it may mount a bar that never
// reaches the page, or clean up after a mount when the next one lives; so nobody is told to go, and
// the window keeps watch: who has left the page falls silent, the bar that is there goes on.
// (Seen in 1.67.)
window.gdPlayerWatch ??= setInterval(() => {
  if (window.gdPlayerMount?.root.isConnected) return
  window.gdPlayerMount?.end()
  for (const bar of document.querySelectorAll('.gd-player')) if (bar.gdRevive) return bar.gdRevive()
}, 200)

const icon = name => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`
const fill = (template, values) => template.replace(/<(\w+)>/g, (_, name) => values[name])

function nearest(steps, step) {
  let low = 0, high = steps.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (steps[middle] <= step) low = middle
    else high = middle - 1
  }
  return low
}

function fromUrl(data) {
  const query = new URLSearchParams(window.location.search)
  const step = parseInt(query.get('step'), 10), speed = parseFloat(query.get('speed'))
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  return {
    step: Number.isFinite(step) ? step : data.openAt,
    playing: query.get('play') === '1' && !calm,
    speed: SPEEDS.includes(speed) ? speed : 1,
    loop: query.get('loop') === '1',
    guessing: query.get('guess') === '1',
    atEnd: !Number.isFinite(step) && data.openAt === data.steps.at(-1),
  }
}

function toUrl(state, data) {
  const url = new URL(window.location.href), before = url.search
  const put = (name, value, usual) =>
    value === usual ? url.searchParams.delete(name) : url.searchParams.set(name, value)
  put('step', state.step, data.openAt)
  put('speed', state.speed, 1)
  put('play', state.playing ? 1 : 0, 0)
  put('loop', state.loop ? 1 : 0, 0)
  put('guess', state.guessing ? 1 : 0, 0)
  if (url.search !== before) window.history.replaceState(window.history.state, '', url)
}

// The numbers of all steps come compressed: they repeat themselves.
function unpack(text) {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Response(stream).json()
}

// The place on a chart that was clicked, in the units of its axes; null beside the picture.
function placeOn(event, { x, y }) {
  const chart = document.querySelector('.stVegaLiteChart')
  if (!chart?.contains(event.target)) return null
  const box = chart.querySelector('.role-frame.root path.background')?.getBoundingClientRect()
  if (!box) return null
  const right = (event.clientX - box.left) / box.width, down = (event.clientY - box.top) / box.height
  if (right < 0 || right > 1 || down < 0 || down > 1) return null
  return [x[0] + right * (x[1] - x[0]), y[1] - down * (y[1] - y[0])]
}

export default function mount(given) {
  const { parentElement, data, setTriggerValue } = given
  const root = parentElement.querySelector('.gd-player')
  if (!root) return
  window.gdPlayerMount?.end()
  const own = new AbortController(), { signal } = own
  window.gdPlayerMount = { root, end: () => own.abort() }
  root.gdRevive = () => mount(given)
  const { steps, words } = data
  const last = steps.length - 1
  const state = (memory[data.key] ??= fromUrl(data))
  for (const key of Object.keys(memory)) if (key !== data.key) delete memory[key]
  // Someone who looks at the end of a run wants the end of the next one, too.
  if (state.atEnd) state.step = steps[last]
  let index = nearest(steps, state.step)
  let readout = null, carried = 0, before = 0, request = 0, writing = 0, frames = []

  if (!root.firstChild) {
    const button = name => `<button type="button" data-do="${name}">${icon(name)}</button>`
    root.innerHTML = `<div class="gd-bar" role="group">
      <div class="gd-buttons">${['first', 'back', 'play', 'on', 'last'].map(button).join('')}</div>
      <input class="gd-scrub" type="range" min="0" step="1">
      <output class="gd-count" aria-live="off"></output>
      <div class="gd-more"><select class="gd-speed">${SPEEDS.map(s => `<option value="${s}">${s}×</option>`).join('')}</select>
      ${button('loop')}${data.places ? button('guess') : ''}</div></div>
      <div class="gd-ask" aria-live="polite"></div>
      <div class="gd-readout" aria-live="off"></div><div class="gd-note"></div>`
  }
  const find = selector => root.querySelector(selector)
  const scrub = find('.gd-scrub'), count = find('.gd-count'), speed = find('.gd-speed')
  const play = find('[data-do="play"]'), numbers = find('.gd-readout')
  for (const name of ['first', 'back', 'on', 'last', 'loop', 'guess']) {
    const button = find(`[data-do="${name}"]`)
    if (!button) continue
    button.title = words[name]
    button.setAttribute('aria-label', words[name])
  }
  find('.gd-bar').setAttribute('aria-label', words.bar)
  scrub.setAttribute('aria-label', words.scrub)
  speed.setAttribute('aria-label', words.speed)
  speed.title = words.speed
  scrub.max = last
  const text = step => fill(words.counter, { step, last: steps[last] })
  count.dataset.widest = text(steps[last])
  find('.gd-note').textContent = words.thinned

  const tell = (name, detail) => window.dispatchEvent(new CustomEvent(name, { detail }))
  const guessing = () => Boolean(data.places && state.guessing)
  let guess = null
  // Each event costs every chart a look at where it stands, so nothing is told twice.
  let asked = ''
  function announce(everything) {
    tell('gd-frame', steps[index])
    const quiz = JSON.stringify({ on: guessing(), guess: guess?.at ?? null })
    if (everything || quiz !== asked) tell('gd-quiz', JSON.parse((asked = quiz)))
  }

  function show() {
    announce()
    scrub.value = index
    scrub.style.setProperty('--done', `${last ? (100 * index) / last : 0}%`)
    scrub.setAttribute('aria-valuetext', fill(words.spoken, { step: steps[index], last: steps[last] }))
    count.textContent = text(steps[index])
    if (readout) numbers.innerHTML = readout[index] ?? ''
  }
  // Browsers refuse many changes of the address in a row, and a held key makes thirty a second.
  function remember() {
    clearTimeout(writing)
    writing = setTimeout(() => toUrl(state, data), 250)
  }
  function dress() {
    play.innerHTML = icon(state.playing ? 'pause' : 'play')
    play.title = state.playing ? words.pause : words.play
    play.setAttribute('aria-label', play.title)
    find('[data-do="guess"]')?.setAttribute('aria-pressed', guessing())
    document.body.classList.toggle('gd-quiz', guessing())
    ask()
    find('[data-do="loop"]').setAttribute('aria-pressed', state.loop)
    speed.value = state.speed
    remember()
  }
  // The room guesses where the next point will land, then sees it and by how much it was wrong.
  function ask() {
    const told = guess && index === guess.index + 1
    const show = value => +value.toPrecision(3)
    find('.gd-ask').textContent = !guessing() ? '' : told
      ? fill(words.told, { guess: show(guess.at), actual: show(data.places[index]), error: show(Math.abs(guess.at - data.places[index])) })
      : index < last ? words.ask : words.over
  }
  function takeGuess(at) {
    if (index === last) return
    guess = { at, index }
    state.playing = false
    cancelAnimationFrame(request)
    go(index + 1, true)
    dress()
  }
  function go(to, keep) {
    if (!keep) guess = null
    index = Math.max(0, Math.min(last, to))
    state.step = steps[index]
    state.atEnd = index === last
    ask()
    show()
  }
  function tick(now) {
    if (!state.playing) return
    request = requestAnimationFrame(tick)
    frames.push(now)
    while (frames[0] < now - 1000) frames.shift()
    // A whole run takes about ten seconds at 1×, whatever its length.
    const rate = Math.max(2, Math.min(60, (last + 1) / 10)) * state.speed
    carried += Math.min(0.25, (now - (before || now)) / 1000) * rate
    before = now
    const whole = Math.floor(carried)
    if (!whole) return
    carried -= whole
    if (index < last) go(index + whole)
    else if (state.loop) go(0)
    else toggle(false)
  }
  function toggle(playing = !state.playing) {
    state.playing = playing
    before = carried = 0
    frames = []
    cancelAnimationFrame(request)
    if (playing && index === last) go(0)
    if (playing) request = requestAnimationFrame(tick)
    dress()
  }
  function stepTo(to) {
    state.playing = false
    cancelAnimationFrame(request)
    go(to)
    dress()
  }
  function faster(by) {
    const at = SPEEDS.indexOf(state.speed) + by
    state.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at))]
    dress()
  }
  const actions = {
    first: () => stepTo(0), back: () => stepTo(index - 1), play: () => toggle(),
    on: () => stepTo(index + 1), last: () => stepTo(last),
    loop: () => { state.loop = !state.loop; dress() },
    // The first guess belongs to the first step.
    guess: () => { state.guessing = !state.guessing; stepTo(state.guessing ? 0 : index) },
  }
  const keys = {
    ' ': actions.play, ArrowLeft: actions.back, ArrowRight: actions.on, Home: actions.first,
    End: actions.last, g: () => data.places && actions.guess(), '+': () => faster(1), '=': () => faster(1), '-': () => faster(-1),
  }
  const onClick = event => actions[event.target.closest('[data-do]')?.dataset.do]?.()
  // The way off the stage; only while the page is presented does Escape belong to us.
  function leave() {
    const presented = new URLSearchParams(window.location.search).get('present') === '1'
    const exit = presented && document.querySelector('.st-key-stage button')
    return exit && (() => exit.click())
  }
  const onKey = event => {
    const act = event.key === 'Escape' ? leave() : keys[event.key]
    if (event.ctrlKey || event.altKey || event.metaKey || !act) return
    if (event.target === speed || !root.isConnected) return
    if (!root.contains(event.target) && event.target.closest?.(BUSY)) return
    if (event.key === ' ' && event.target.closest?.('button, a, summary')) return
    event.preventDefault()
    act()
  }
  // A point of a chart carries its row; clicking it goes to its step.
  const onChart = event => {
    const place = data.map && placeOn(event, data.map)
    if (guessing()) return place && takeGuess(place[0])
    const mark = event.target.closest?.('.stVegaLiteChart') && event.target.__data__
    const step = mark && !LINES.includes(mark.mark?.marktype) && mark.datum?.step
    if (Number.isFinite(step)) stepTo(nearest(steps, step))
    else if (place && data.pick) setTriggerValue('place', place)
  }
  // A chart that has just been drawn does not know the step yet.
  const drawn = new MutationObserver(list => {
    const fresh = node => node.matches?.('svg.marks, canvas.marks') || node.querySelector?.('svg.marks, canvas.marks')
    if (list.some(change => [...change.addedNodes].some(fresh))) announce(true)
  })

  // Some steps need a line more than others; what stands below must not jump up and down.
  const grown = new ResizeObserver(() => {
    numbers.style.minHeight = `${numbers.getBoundingClientRect().height}px`
  })

  scrub.oninput = () => stepTo(+scrub.value)
  speed.onchange = () => { state.speed = +speed.value; dress() }
  root.addEventListener('click', onClick, { signal })
  document.addEventListener('keydown', onKey, { signal })
  document.addEventListener('click', onChart, { signal })
  window.addEventListener('resize', () => { numbers.style.minHeight = '' }, { signal })
  drawn.observe(document.body, { childList: true, subtree: true })
  grown.observe(numbers)
  // For tests and measurements: what is shown, and how many frames the last second drew.
  window.gdPlayer = {
    get step() { return steps[index] },
    get last() { return steps[last] },
    get playing() { return state.playing },
    get speed() { return state.speed },
    get fps() { return frames.length },
  }
  signal.addEventListener('abort', () => {
    cancelAnimationFrame(request)
    clearTimeout(writing)
    drawn.disconnect()
    grown.disconnect()
    document.body.classList.remove('gd-quiz')
    delete window.gdPlayer
    delete window.gdPlayerMount
  })
  dress()
  show()
  unpack(data.readout).then(lines => { readout = lines; if (!signal.aborted) show() })
  if (state.playing) request = requestAnimationFrame(tick)
}
