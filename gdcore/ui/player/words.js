// Sentences come from the server in the visitor's language; only the numbers are put in here.

/** A template with its `<name>`s filled in. */
export const fill = (template, values) => template.replace(/<(\w+)>/g, (_, name) => values[name])
