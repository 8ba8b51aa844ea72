// The charts: what they are told, and what a click on one of them means. Charts listen to the
// window events `gd-frame` and `gd-quiz`; nothing else is known of them here.

// Lines carry the row of their first point only: no step to go to.
const LINES = new Set(['line', 'area', 'trail'])
const MARKS = 'svg.marks, canvas.marks'

const drawn = node => node.matches?.(MARKS) || node.querySelector?.(MARKS)
const tell = (name, detail) => window.dispatchEvent(new CustomEvent(name, { detail }))

/** Tells all charts the step, and the quiz where it has changed: each event costs every chart a
 * look at where it stands. everything: there is a chart that has heard nothing yet.
 */
export function announcer() {
  let told = ''
  return (step, quiz, everything = false) => {
    tell('gd-frame', step)
    const text = JSON.stringify(quiz)
    if (everything || text !== told) tell('gd-quiz', JSON.parse((told = text)))
  }
}

/** Calls `fresh` whenever a chart has been drawn that was not there before, until `signal`. */
export function watchCharts(fresh, signal) {
  const watch = new MutationObserver(list => {
    if (list.some(change => [...change.addedNodes].some(drawn))) fresh()
  })
  watch.observe(document.body, { childList: true, subtree: true })
  signal.addEventListener('abort', () => watch.disconnect())
}

/** The place on the page's first chart that was clicked, in the units of its axes; null beside the
 * picture. x, y: the domains of the axes.
 */
export function placeOn(event, { x, y }) {
  const chart = document.querySelector('.stVegaLiteChart')
  if (!chart?.contains(event.target)) return null
  const box = chart.querySelector('.role-frame.root path.background')?.getBoundingClientRect()
  if (!box) return null
  const right = (event.clientX - box.left) / box.width, down = (event.clientY - box.top) / box.height
  if (right < 0 || right > 1 || down < 0 || down > 1) return null
  return [x[0] + right * (x[1] - x[0]), y[1] - down * (y[1] - y[0])]
}

/** The step of the clicked point, whose row Vega keeps with the element; null elsewhere. */
export function stepAt(target) {
  const mark = target.closest?.('.stVegaLiteChart') && target.__data__
  const step = mark && !LINES.has(mark.mark?.marktype) && mark.datum?.step
  return Number.isFinite(step) ? step : null
}
