extension RunReport {
  /// What the numbers of the table mean.
  private static let meaning = """
    <p class="meaning"><b>Time</b> is what a stage took to give its outputs, by the clock. Stages follow one another, \
    so their times add up to the run’s. <b>Frames</b> are made only when a later stage reads them: that work is part of \
    the reader’s time, beside which they may be made ahead. What it took is told at the stage that makes them, without \
    what the frames took that those were made of. <b>Memory</b> is the most that the whole process held while the stage ran,
    """

  /// A line for each stage.
  func overview(seconds: Double) -> String {
    let rows = plan.steps.enumerated().map { index, step in
      let entry = state.entries[step.id]
      let stage = StageState(step, state)
      let time = entry.flatMap { entry in
        entry.seconds ?? entry.start.map { max(0, seconds - $0) }
      }
      let part = time.map { seconds > 0 ? $0 / seconds : 0 } ?? 0
      let made = making(of: step.id)
      let frames =
        made.count > 0
        ? "\(made.count) in \(Markup.duration(made.seconds).replacing(" ", with: "\u{A0}"))" : ""
      let width = Int((100 * min(1, max(0, part))).rounded())
      return """
        <tr class="\(stage.style)"><td>\(index + 1)</td>\
        <td><a href="#stage-\(index + 1)">\(Markup.escaped(step.id))</a></td>\
        <td><span class="state \(stage.style)">\(stage.word)</span></td>\
        <td class="time">\(time.map(Markup.duration) ?? "")\
        <span class="bar"><i style="width:\(width)%"></i></span></td>\
        <td>\(frames)</td><td>\(entry?.memory.map { "\($0.peak)" } ?? "")</td></tr>
        """
    }
    let peak = state.entries.values.compactMap(\.memory?.peak.bytes).max().map {
      "\(ByteCount($0))"
    }
    let ending =
      state.knowsPeaks
      ? "with all that earlier stages left in it."
      : "or had held before, for this system does not tell the two apart."
    return """
      <div class="wide"><table class="overview">
      <tr><th></th><th>stage</th><th>state</th><th>time</th><th>frames made</th><th>peak memory</th></tr>
      \(rows.joined(separator: "\n"))
      <tr class="total"><td></td><td>run</td><td></td><td>\(Markup.duration(seconds))</td><td></td>\
      <td>\(peak ?? "")</td></tr>
      </table></div>
      \(Self.meaning) \(ending)</p>
      """
  }

  /// What was made of the lazy outputs of a stage, whoever read them.
  func making(of id: String) -> RunJournal.Making {
    state.entries.values.compactMap { $0.making[id] }.reduce(into: RunJournal.Making()) {
      $0.count += $1.count
      $0.seconds += $1.seconds
    }
  }
}
