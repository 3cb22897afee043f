extension RunReport {
  /// Light and dark, wide and narrow.
  static let style = """

    :root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #1c2333; --faint: #5c6780;
      --line: #d9dee8; --box: #eef2f9; --edge: #8a99b8; --link: #1f5fbf;
      --good: #2a7d46; --cached: #2f66b0; --bad: #c0392b; --late: #a06a00; --changed: #fff3d6;
      --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #b0549a; --s4: #b58900; --s5: #4aa3d8 }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #14171d; --card: #1c2028; --ink: #e4e8f0; --faint: #98a3b8;
        --line: #343b48; --box: #262d3a; --edge: #6b7a99; --link: #86b4ff;
        --good: #2f8f52; --cached: #3b75c4; --bad: #d0493b; --late: #a87410; --changed: #3a3220;
        --s0: #56a8e8; --s1: #ff8a3d; --s2: #35c79a; --s3: #e08ac8; --s4: #e0bd4a; --s5: #9fd4f7 } }
    * { box-sizing: border-box }
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 1280px; margin: 0 auto; padding: 1.2em 1em 3em;
      background: var(--ground); color: var(--ink) }
    header, section { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
      padding: 1em 1.2em; margin-bottom: 1em }
    h1 { font-size: 1.5em; margin: 0; overflow-wrap: anywhere }
    h2 { font-size: 1.1em; margin: 0 0 .4em; overflow-wrap: anywhere }
    header h2 { margin-top: 1em }
    h3 { font-size: 1em; margin: 1em 0 .4em } h3:first-child { margin-top: 0 }
    a { color: var(--link) }
    small, .summary, dt, .meaning, figcaption { color: var(--faint) }
    .summary, .inputs { margin: .1em 0 .6em } .inputs { font-size: 13px } .meaning { font-size: .87em; margin: .8em 0 0; max-width: 62em }
    code, pre, .digits, .parameters td { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace }
    pre { background: var(--box); border-radius: 6px; padding: .7em .9em; margin: 0; white-space: pre-wrap;
      overflow-wrap: anywhere }
    .state { color: #fff; background: var(--good); border-radius: 4px; padding: .1em .5em; font-size: 13px;
      font-weight: 600; white-space: nowrap; vertical-align: 2px }
    .state.restored { background: var(--cached) } .state.failed { background: var(--bad) }
    .state.broken { background: var(--late) }
    .state.waiting { background: none; color: var(--faint); outline: 1px solid var(--line) }
    .error { color: #fff; background: var(--bad); border-radius: 6px; padding: .5em .9em; overflow-wrap: anywhere }
    .note { border-left: 3px solid var(--late); padding-left: .7em; overflow-wrap: anywhere }
    dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1em 1em; margin: 0 0 .6em }
    dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line }
    table { border-collapse: collapse }
    th { text-align: left; font-weight: 600; color: var(--faint) }
    th, td { padding: .3em 1em .3em 0; vertical-align: top; border-bottom: 1px solid var(--line) }
    tr:last-child td { border-bottom: 0 }
    .wide, .graph { overflow-x: auto }
    .overview { width: 100%; font-variant-numeric: tabular-nums } .overview td { white-space: nowrap }
    .overview td:nth-child(n+4), .overview th:nth-child(n+4) { text-align: right }
    .overview td:last-child, .overview th:last-child { padding-right: 0 }
    .total td { font-weight: 600 }
    .bar { display: inline-block; width: 90px; height: 9px; margin-left: .7em; background: var(--box) }
    .bar i { display: block; height: 100%; background: var(--cached) }
    .total td:nth-child(4) { padding-right: calc(1em + 90px + .7em) }
    .origins td { overflow-wrap: anywhere } .origins td:nth-child(2) { white-space: nowrap }
    .number { color: var(--faint); font-weight: 400; margin-right: .3em }
    .stage h2 code { color: var(--faint); font-weight: 400; margin: 0 .4em }
    .stage h2 small { font-weight: 400; font-size: 13px; margin-left: .4em }
    .columns { display: grid; grid-template-columns: minmax(0, 21em) minmax(0, 1fr); gap: 1.6em }
    .parameters { width: 100% }
    .parameters td { padding: .15em .6em; overflow-wrap: anywhere } .parameters td:first-child { color: var(--faint);
      white-space: nowrap }
    .changed { background: var(--changed) } .changed td:first-child { color: var(--ink); font-weight: 600 }
    .changed span { font-weight: 600 } .default { display: block }
    .making { margin: .8em 0 0 } ul { margin: 0; padding-left: 1.3em }
    figure { margin: 0 } figcaption { font-size: 13px; overflow-wrap: anywhere }
    .strip { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: .6em }
    .strip img { display: block; max-width: 100%; height: auto; border-radius: 4px }
    .strip figcaption { font-size: 12px; font-variant-numeric: tabular-nums }
    .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
      gap: .8em 1.4em; align-items: end; margin: .4em 0 1em }
    .plot { max-width: 480px } .plot svg { display: block; width: 100%; height: auto }
    .plot figcaption { color: var(--ink) } .legend span { margin-right: .9em; white-space: nowrap }
    .legend i { display: inline-block; width: 14px; height: 3px; margin-right: .35em; vertical-align: 4px;
      background: var(--color) }
    .plot text { font: 12px system-ui, sans-serif; fill: var(--faint) }
    .plot .grid { stroke: var(--line) } .plot .axis { stroke: var(--edge) }
    .plot polyline { fill: none; stroke: var(--color); stroke-width: 1.8; stroke-linejoin: round }
    .plot circle { fill: var(--color) }
    .s0 { --color: var(--s0) } .s1 { --color: var(--s1) } .s2 { --color: var(--s2) }
    .s3 { --color: var(--s3) } .s4 { --color: var(--s4) } .s5 { --color: var(--s5) }
    video { display: block; max-width: 100%; max-height: 320px; border-radius: 6px; background: #000; margin: .4em 0 .2em }
    .graph svg { display: block; max-width: 100%; min-width: 720px; height: auto }
    .graph > svg > rect { fill: none }
    .graph rect[rx] { fill: var(--box); stroke: var(--edge) } .graph path { stroke: var(--edge) }
    .graph text { fill: var(--ink) } .graph circle { stroke: var(--edge); fill: var(--edge) }
    .graph circle[fill="#ffffff"] { fill: var(--card) }
    .graph .failed rect { stroke: var(--bad); stroke-width: 2.5 }
    .graph .restored rect { stroke: var(--cached); stroke-width: 2 }
    .graph .broken rect { stroke: var(--late); stroke-width: 2.5 } .graph .waiting { opacity: .5 }
    @media (max-width: 760px) {
      .columns { grid-template-columns: minmax(0, 1fr); gap: .8em }
      header, section { padding: .8em .8em } body { padding: .6em .5em 2em }
      .overview, .overview .state { font-size: 12px } .overview th, .overview td { padding-right: .5em }
      .bar, .overview th:first-child, .overview td:first-child { display: none }
      .overview td:nth-child(5) { white-space: normal } .total td:nth-child(4) { padding-right: .5em }
      .strip img { max-height: 72px; width: auto } }
    @media print { body { background: none } section { break-inside: avoid } }

    """
}
