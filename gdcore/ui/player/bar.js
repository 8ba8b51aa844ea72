// The bar as it is seen: its buttons, slider, menu and places for words. It knows no time and no
// charts; it shows what it is given.

import { SPEEDS } from './clock.js'
import { fill } from './words.js'

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
const icon = name => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`
const button = name => `<button type="button" data-do="${name}">${icon(name)}</button>`

const html = quiz => `<div class="gd-bar" role="group">
  <div class="gd-buttons">${['first', 'back', 'play', 'on', 'last'].map(button).join('')}</div>
  <input class="gd-scrub" type="range" min="0" step="1">
  <output class="gd-count" aria-live="off"></output>
  <div class="gd-more"><select class="gd-speed">${SPEEDS.map(s => `<option value="${s}">${s}×</option>`).join('')}</select>
  ${button('loop')}${quiz ? button('guess') : ''}</div></div>
  <div class="gd-ask" aria-live="polite"></div>
  <div class="gd-readout" aria-live="off"></div><div class="gd-note"></div>`

/** Fills `root` unless a mount before has, and names everything in the visitor's language.
 * steps: the number of each frame; quiz: whether there is something to guess.
 */
export function build(root, { steps, words, places }) {
  if (!root.firstChild) root.innerHTML = html(Boolean(places))
  const find = selector => root.querySelector(selector)
  const act = name => find(`[data-do="${name}"]`)
  const scrub = find('.gd-scrub'), count = find('.gd-count'), speed = find('.gd-speed')
  const last = steps.length - 1
  const counter = step => fill(words.counter, { step, last: steps[last] })
  for (const name of ['first', 'back', 'on', 'last', 'loop', 'guess']) {
    const named = act(name)
    if (!named) continue
    named.title = words[name]
    named.setAttribute('aria-label', words[name])
  }
  find('.gd-bar').setAttribute('aria-label', words.bar)
  scrub.setAttribute('aria-label', words.scrub)
  speed.setAttribute('aria-label', words.speed)
  speed.title = words.speed
  scrub.max = last
  count.dataset.widest = counter(steps[last])
  find('.gd-note').textContent = words.thinned
  return {
    scrub, speed, numbers: find('.gd-readout'), ask: find('.gd-ask'),
    /** Shows the frame `index`. */
    show(index) {
      scrub.value = index
      scrub.style.setProperty('--done', `${last ? (100 * index) / last : 0}%`)
      const spoken = fill(words.spoken, { step: steps[index], last: steps[last] })
      scrub.setAttribute('aria-valuetext', spoken)
      count.textContent = counter(steps[index])
    },
    /** Shows whether it plays, loops and asks, and how fast. */
    dress({ playing, loop, speed: chosen }, guessing) {
      const play = act('play')
      play.innerHTML = icon(playing ? 'pause' : 'play')
      play.title = playing ? words.pause : words.play
      play.setAttribute('aria-label', play.title)
      act('guess')?.setAttribute('aria-pressed', guessing)
      act('loop').setAttribute('aria-pressed', loop)
      speed.value = chosen
    },
  }
}
