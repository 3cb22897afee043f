public import Foundation

extension Plan {
  /// Checks what the plan asks of memory and of the disk.
  ///
  /// - Parameters:
  ///   - memory: bytes that pictures may take at once
  ///   - folder: where relative paths of outputs begin
  /// - Throws: ``PipelineError`` where pictures would not fit into memory, and where a file would be
  ///   written that another stage reads or writes
  public func checkDemands(memory: Int, folder: URL) throws(PipelineError) {
    let issues = (held(above: memory) + overwritten(below: folder)).sorted { $0.step < $1.step }
    guard issues.isEmpty else { throw PipelineError(issues.map(\.issue)) }
  }

  /// The memory that pictures may take where nobody says it: half of the machine's, or of what the
  /// control group of the process may have.
  public static var defaultMemory: Int {
    let group = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)
    let limit = group.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    let whole = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    return min(whole, limit ?? whole) / 2
  }

  private typealias Found = (step: Int, issue: Issue)

  /// Stages that would hold more pictures than fit.
  private func held(above limit: Int) -> [Found] {
    let holders = steps.indices.filter { type(of: steps[$0].stage).holding == .pictures }
    guard let last = holders.last else { return [] }
    var extents: [[String: Extent]] = []
    var found: [Found] = []
    for (index, step) in steps[...last].enumerated() {
      let inputs = step.sources.compactMapValues { extents[$0.step][$0.port] }
      extents.append(step.stage.extents(of: inputs))
      guard holders.contains(index) else { continue }
      for (name, extent) in inputs.sorted(by: { $0.key < $1.key }) {
        guard let bytes = extent.bytes, bytes > limit, let frames = extent.frames,
          let width = extent.width, let height = extent.height
        else { continue }
        let issue = Issue(
          "\(step.name) would hold \(frames) frames of \(width)x\(height) "
            + "(\(ByteCount(bytes))) in memory; at most \(ByteCount(limit)) are allowed: "
            + "take fewer with --frames, or allow more with --memory",
          at: step.place / "from" / name)
        found.append((index, issue))
      }
    }
    return found
  }

  /// Files that are written although another stage reads or writes them.
  private func overwritten(below folder: URL) -> [Found] {
    func real(_ path: String, _ folder: URL?) -> String {
      URL(fileURLWithPath: path, relativeTo: path.hasPrefix("/") ? nil : folder)
        .standardizedFileURL.resolvingSymlinksInPath().path
    }
    var read: [String: Int] = [:]
    for (index, step) in steps.enumerated() {
      for path in step.stage.sourceFiles.values.joined() { read[real(path, nil)] = index }
    }
    var written: [String: Int] = [:]
    var found: [Found] = []
    for (index, step) in steps.enumerated() {
      for (name, paths) in step.stage.writtenFiles.sorted(by: { $0.key < $1.key }) {
        let places = Set(paths.map { real($0, folder) })
        let place = step.place / "with" / name
        if let other = places.lazy.compactMap({ written[$0] }).first, let path = paths.first {
          let what = "'\(path)' is written by \(steps[other].place) (\(steps[other].id)) already"
          found.append((index, Issue(what, at: place)))
        } else if let other = places.lazy.compactMap({ read[$0] }).first, let path = paths.first {
          let reader = "\(steps[other].place) (\(steps[other].id))"
          let what = "'\(path)' is read by \(reader), and every reading opens it anew: "
          found.append((index, Issue(what + "write to another file", at: place)))
        }
        for place in places { written[place] = index }
      }
    }
    return found
  }
}
