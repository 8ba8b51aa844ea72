// The address: what a link says about step, speed, play, loop and guess, and how it is kept up to
// date. Strings in, strings out; whatever is as usual is left out of a link.

import { SPEEDS } from './clock.js'

/** What the bar begins with. search: the query of the address; data: what the server told the bar;
 * calm: the person wants little motion, and decides when to play.
 */
export function read(search, data, calm) {
  const query = new URLSearchParams(search)
  const step = parseInt(query.get('step'), 10), speed = parseFloat(query.get('speed'))
  return {
    step: Number.isFinite(step) ? step : data.openAt,
    playing: query.get('play') === '1' && !calm,
    speed: SPEEDS.includes(speed) ? speed : 1,
    loop: query.get('loop') === '1',
    guessing: query.get('guess') === '1',
    atEnd: !Number.isFinite(step) && data.openAt === data.steps.at(-1),
  }
}

/** The address that leads to this state, or null where `href` does already. */
export function written(href, state, data) {
  const url = new URL(href), before = url.search
  const put = (name, value, usual) =>
    value === usual ? url.searchParams.delete(name) : url.searchParams.set(name, value)
  put('step', state.step, data.openAt)
  put('speed', state.speed, 1)
  put('play', state.playing ? 1 : 0, 0)
  put('loop', state.loop ? 1 : 0, 0)
  put('guess', state.guessing ? 1 : 0, 0)
  return url.search === before ? null : url.href
}

/** Writes the address once nothing has changed for `pause` milliseconds: browsers refuse many
 * changes in a row, and a held key makes thirty a second. Who has gone on to another page by then
 * finds that page's address as it was.
 */
export function writer(state, data, pause = 250) {
  const page = window.location.pathname
  let waiting = 0
  const write = () => {
    if (window.location.pathname !== page) return
    const href = written(window.location.href, state, data)
    if (href) window.history.replaceState(window.history.state, '', href)
  }
  return {
    soon() {
      clearTimeout(waiting)
      waiting = setTimeout(write, pause)
    },
    stop: () => clearTimeout(waiting),
  }
}
