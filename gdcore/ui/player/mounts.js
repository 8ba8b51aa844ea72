// Which bar counts. Streamlit mounts anew whenever data change and forgets the mount before, which
// must not go on listening: two players would answer every key. It may also load this script
// twice, so the mount that counts is kept by the window. Where a page is rearranged it may mount a
// bar that never reaches the page, or clean up after a mount when the next one lives; so nobody is
// told to go, and the window keeps watch: who has left the page falls silent, the bar that is there
// goes on. (Seen in 1.67.)

function look() {
  if (window.gdPlayerMount?.root.isConnected) return
  window.gdPlayerMount?.end()
  for (const bar of document.querySelectorAll('.gd-player')) if (bar.gdRevive) return bar.gdRevive()
}

/** Makes `root` the bar that counts and ends the one before. revive: mounts it once more.
 * Returns the signal that it has been ended.
 */
export function take(root, revive) {
  window.gdPlayerMount?.end()
  const own = new AbortController()
  window.gdPlayerMount = { root, end: () => own.abort() }
  root.gdRevive = revive
  window.gdPlayerWatch ??= setInterval(look, 200)
  own.signal.addEventListener('abort', () => delete window.gdPlayerMount)
  return own.signal
}

/** State outlives the mount: a control that changes redraws the page, and the step must stay.
 * key: the page's; begin: the state of a first visit. Other pages are forgotten.
 */
export function recall(key, begin) {
  const memory = (window.gdPlayerMemory ??= {})
  const state = (memory[key] ??= begin())
  for (const other of Object.keys(memory)) if (other !== key) delete memory[other]
  return state
}
