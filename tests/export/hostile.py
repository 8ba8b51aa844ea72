"""Text that would like to be more than text, in HTML, JavaScript, Python or a template."""

HOSTILE = (
    "<script>boom()</script>",
    "</script><img src=x onerror=boom()>",
    '" onmouseover="boom()',
    "${boom()} `${boom()}`",
    "{{ 7*7 }} {% for x in 1 %} {# #}",
    "]]> --> <!-- &amp; &lt;",
    "'); boom() #",
    "\"\"\"\nboom()\n'''",
    "\\",
    "\\' + boom() + \\'",
    "\u2028\u2029\u202e 房價（萬） 🙂 \x00 \x1b",
    "x" * 300 + "'\"",
)
