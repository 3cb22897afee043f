public import Foundation

/// A stage that gives nothing but files: it does not run again while they are as it wrote them.
///
/// Laws: it has no outputs, names its files by ``Stage/writtenFiles``, and tells every one of them by
/// ``RunContext/wrote(_:files:)`` when it is whole. In the cache lies only what the files were.
public protocol WritingStage: CostlyStage {}

extension WritingStage {
  public func store(_ outputs: Ports, in folder: URL) throws {}

  public func restored(
    from folder: URL, _ inputs: Ports, in context: RunContext
  ) throws -> Ports { Ports() }
}

/// Files that a stage wrote, as they were then.
struct WrittenFiles: Codable, Sendable {
  /// What people are told: a file, or the pattern of numbered ones.
  let path: String
  /// All of them by their paths; nothing where none may be.
  let files: [String: CacheRecord.File?]

  /// Reads the files.
  ///
  /// - Throws: where one is not any more what it was when it was written
  init(_ path: String, _ states: [String: FileState?], in cache: Cache) throws {
    self.path = path
    files = try states.mapValues { state in
      guard let state else { return nil }
      guard state.isCurrent else { throw CacheError("\(state.path) was changed right away") }
      return CacheRecord.File(size: Int(state.size), digits: try cache.digits(of: [state]))
    }
  }

  var bytes: Int { files.values.reduce(0) { $0 + ($1?.size ?? 0) } }

  /// Why the stage has to run again; nothing where all files are as they were.
  func change(in cache: Cache) throws -> String? {
    for (path, file) in files.sorted(by: { $0.key < $1.key }) {
      let state = FileState(path)
      guard let file else {
        if state == nil { continue }
        return "\(path) is there"
      }
      guard let state else { return "\(path) is not there" }
      guard Int(state.size) == file.size, try cache.digits(of: [state]) == file.digits else {
        return "\(path) is not as it was written"
      }
    }
    return nil
  }
}

extension StepKeys {
  /// What the files of a writing stage follow from beside all that its inputs do: where they lie, and the programs.
  ///
  /// Stages that are not kept count no version when they are changed, but the program that holds them does change.
  func circumstances(of step: Plan.Step) throws -> [String: JSON] {
    guard step.stage is any WritingStage else { return [:] }
    let programs = programs.compactMap(\.self)
    guard programs.count == self.programs.count, programs.allSatisfy(\.isCurrent) else {
      throw CacheError("the program is not the file any more that it was when the run began")
    }
    let paths = step.stage.writtenFiles.values.joined()
    let isPlaced = paths.allSatisfy { $0.hasPrefix("/") }
    return [
      "programs": .string(try cache.digits(of: programs)),
      "folder": .string(isPlaced ? "" : context.folder.standardizedFileURL.path),
    ]
  }
}
