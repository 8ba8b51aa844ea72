// window.gdReady: the page says that all stands, so that whoever drives it (tests, measurements)
// need not guess how many seconds it takes.
//
//   undefined, false  something is still to come
//   { run, charts, bars }  the run of the page's script with this number has ended and everything
//     it sent is there: as many charts are drawn as the server drew, and each player bar shows the
//     step and its numbers. `run` grows by one with every run, so to wait for the answer to a click
//     is to wait for a larger one. It does not say that the player stands still.
//
// The server announces a run as the last thing it sends (see ready.py). A run that begins takes the
// word back; one that is cut short by the next never gives it.

const STEADY = 3  // frames: what comes late (a chart's first resizing) is drawn in the next one
const DRAWN = '.stVegaLiteChart:has(svg.marks, canvas.marks)'
const STANDING = '.gd-player[data-stands]'

/** The element that carries Streamlit's own state. (Seen in 1.67.) */
const app = page => page.querySelector('[data-test-script-state]')

/** Whether `page` shows all that the server announced, `{ run, charts, bars }`. */
export function stands({ charts, bars }, page) {
  return app(page)?.dataset.testScriptState === 'notRunning'
    && page.querySelectorAll(DRAWN).length === charts
    && page.querySelectorAll(STANDING).length === bars
}

/** Keeps window.gdReady; returns what is to be called with each announcement. */
export function watch() {
  let announced = null, steady = 0, request = 0
  function look() {
    steady = stands(announced, document) ? steady + 1 : 0
    if (steady < STEADY) request = requestAnimationFrame(look)
    else window.gdReady = announced
  }
  const begun = new MutationObserver(() => {
    if (app(document).dataset.testScriptState === 'notRunning') return
    cancelAnimationFrame(request)
    window.gdReady = false
  })
  begun.observe(app(document), { attributeFilter: ['data-test-script-state'] })
  return told => {
    cancelAnimationFrame(request)
    announced = told
    steady = 0
    window.gdReady = false
    request = requestAnimationFrame(look)
  }
}

/** Called by Streamlit with each announcement. The window keeps the watch: scripts may be loaded
 * twice, and nothing of this is to be seen on the page.
 */
export function mount({ data }) {
  const told = (window.gdReadyWatch ??= watch())
  told(data)
}
