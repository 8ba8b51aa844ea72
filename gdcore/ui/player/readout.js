// The numbers of the shown step: unpacked once, and given room that is never taken back.

/** The numbers of all steps come compressed: they repeat themselves. */
export function unpack(text) {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Response(stream).json()
}

/** Some steps need a line more than others; what stands below must not jump up and down. */
export function keepRoom(box, signal) {
  const grown = new ResizeObserver(() => {
    box.style.minHeight = `${box.getBoundingClientRect().height}px`
  })
  grown.observe(box)
  window.addEventListener('resize', () => { box.style.minHeight = '' }, { signal })
  signal.addEventListener('abort', () => grown.disconnect())
}
