// The player: one bar, any number of charts. Here its parts are joined to one clock: whatever asks
// for a step (time, keys, the bar, a click on a chart) ends in `go`, and `go` tells everybody.
// Nothing here talks to the server but a click that asks for another start.

import { read, writer } from './address.js'
import { build } from './bar.js'
import { nearest, pulse, rate, speedBeside } from './clock.js'
import { announcer, placeOn, stepAt, watchCharts } from './drawing.js'
import { sentence } from './guessing.js'
import { exit, wish } from './keyboard.js'
import { recall, take } from './mounts.js'
import { keepRoom, unpack } from './readout.js'

/** Called by Streamlit with the element, the data of `gdcore.ui.player` and a way to answer. */
export function mount(given) {
  const { parentElement, data, setTriggerValue } = given
  const root = parentElement.querySelector('.gd-player')
  if (!root) return
  const signal = take(root, () => mount(given))
  const { steps, words, places } = data, last = steps.length - 1
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  const state = recall(data.key, () => read(window.location.search, data, calm))
  // Someone who looks at the end of a run wants the end of the next one, too.
  if (state.atEnd) state.step = steps[last]
  let index = nearest(steps, state.step), readout = null, guess = null, request = 0

  delete root.dataset.stands
  const bar = build(root, data), address = writer(state, data)
  const beat = pulse(), announce = announcer()
  const guessing = () => Boolean(places && state.guessing)
  const quiz = () => ({ on: guessing(), guess: guess?.at ?? null })

  function show() {
    announce(steps[index], quiz())
    bar.show(index)
    if (readout) bar.numbers.innerHTML = readout[index] ?? ''
  }
  function ask() {
    bar.ask.textContent = guessing() ? sentence({ guess, index, places, words }) : ''
  }
  function dress() {
    bar.dress(state, guessing())
    document.body.classList.toggle('gd-quiz', guessing())
    ask()
    address.soon()
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
    const due = beat.due(now, rate(last + 1, state.speed))
    if (!due) return
    if (index < last) go(index + due)
    else if (state.loop) go(0)
    else toggle(false)
  }
  function toggle(playing = !state.playing) {
    state.playing = playing
    beat.reset()
    cancelAnimationFrame(request)
    if (playing && index === last) go(0)
    if (playing) request = requestAnimationFrame(tick)
    dress()
  }
  function stepTo(to, keep) {
    state.playing = false
    cancelAnimationFrame(request)
    go(to, keep)
    dress()
  }
  function takeGuess(at) {
    if (index === last) return
    guess = { at, index }
    stepTo(index + 1, true)
  }
  function setSpeed(speed) {
    state.speed = speed
    dress()
  }
  const actions = {
    first: () => stepTo(0), back: () => stepTo(index - 1), play: () => toggle(),
    on: () => stepTo(index + 1), last: () => stepTo(last),
    loop: () => { state.loop = !state.loop; dress() },
    faster: () => setSpeed(speedBeside(state.speed, 1)),
    slower: () => setSpeed(speedBeside(state.speed, -1)),
    guess: () => {
      if (!places) return
      state.guessing = !state.guessing
      stepTo(state.guessing ? 0 : index)  // the first guess belongs to the first step
    },
  }
  const onKey = event => {
    const asked = wish(event, root)
    const way = asked === 'leave' ? exit(window.location.search, document) : null
    const act = way ? () => way.click() : actions[asked]
    if (!act) return
    event.preventDefault()
    act()
  }
  // A point of a chart carries its row; clicking it goes to its step.
  const onChart = event => {
    const place = data.map && placeOn(event, data.map)
    if (guessing()) return place && takeGuess(place[0])
    const step = stepAt(event.target)
    if (step !== null) stepTo(nearest(steps, step))
    else if (place && data.pick) setTriggerValue('place', place)
  }

  bar.scrub.addEventListener('input', () => stepTo(+bar.scrub.value), { signal })
  bar.speed.addEventListener('change', () => setSpeed(+bar.speed.value), { signal })
  root.addEventListener('click', event => actions[event.target.closest('[data-do]')?.dataset.do]?.(),
    { signal })
  document.addEventListener('keydown', onKey, { signal })
  document.addEventListener('click', onChart, { signal })
  // A chart that has just been drawn does not know the step yet.
  watchCharts(() => announce(steps[index], quiz(), true), signal)
  keepRoom(bar.numbers, signal)
  // For tests and measurements: what is shown, and how many frames the last second drew.
  window.gdPlayer = {
    get step() { return steps[index] },
    get last() { return steps[last] },
    get playing() { return state.playing },
    get speed() { return state.speed },
    get fps() { return beat.perSecond },
  }
  signal.addEventListener('abort', () => {
    cancelAnimationFrame(request)
    address.stop()
    document.body.classList.remove('gd-quiz')
    delete window.gdPlayer
  })
  dress()
  show()
  unpack(data.readout).then(lines => {
    readout = lines
    if (signal.aborted) return
    show()
    root.dataset.stands = ''  // see ready.js
  })
  if (state.playing) request = requestAnimationFrame(tick)
}
