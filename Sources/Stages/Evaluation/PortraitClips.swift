import Foundation

/// The real clips of a folder: videos below `video`, pictures below `still`.
struct PortraitClips {
  struct File: Hashable {
    let name: String
    let path: String
    let isStill: Bool
  }

  let files: [File]

  init(folder: String) throws {
    files = ["video", "still"].flatMap { kind -> [File] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(kind)")) ?? []
      return names.filter { !$0.hasPrefix(".") }.sorted().map {
        File(
          name: URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent,
          path: "\(folder)/\(kind)/\($0)", isStill: kind == "still")
      }
    }
    guard !files.isEmpty else {
      throw MeasureError(
        reason: "\(folder): holds no clips; videos are wanted in 'video', pictures in 'still'")
    }
  }

  var videos: [File] { files.filter { !$0.isStill } }

  subscript(name: String) -> File? { files.first { $0.name == name } }

  /// The files to reconstruct: those that results were always given of, then others in turn.
  func chosen(_ count: Int) -> [File] {
    let known = ["d18", "s42", "s9", "s12", "d20", "d12"].compactMap { self[$0] }
    let others = files.filter { !known.contains($0) }
    return Array((known + others).prefix(count))
  }

  /// The files that a control reconstructs as well.
  func controlled(_ count: Int) -> [File] {
    let known = ["s42", "d18"].compactMap { self[$0] }
    return Array((known + chosen(count).filter { !known.contains($0) }).prefix(count))
  }

  /// Who moves, and who is moved so.
  func pairs(_ count: Int) -> [(source: File, target: File)] {
    let known = [
      ("d10", "d18"), ("d10", "s9"), ("d12", "s9"), ("d10", "s12"), ("d20", "s42"), ("d12", "d18"),
    ].compactMap { source, target in
      self[source].flatMap { source in self[target].map { (source: source, target: $0) } }
    }
    guard known.isEmpty, let source = videos.first else { return Array(known.prefix(count)) }
    return files.filter { $0 != source }.prefix(count).map { (source, $0) }
  }
}
