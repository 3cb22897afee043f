import Foundation

/// What lies beside stored files and tells of them: what they are, of what they follow, their hashes.
struct CacheRecord: Codable, Sendable {
  struct File: Codable, Hashable, Sendable {
    let size: Int
    let digits: String
  }

  /// The name of the stage.
  let stage: String
  /// The stage's id in the document.
  let id: String
  /// The document's name.
  let pipeline: String?
  /// What was hashed to the key.
  let ingredients: JSON
  /// The id of the entry that feeds each input.
  let feeders: [String: String]
  var created = Date.now
  /// What the stage told as it ran.
  var notes: [String] = []
  /// What it showed as it ran; nothing in records of earlier versions.
  var exhibits: [Exhibit]?
  var files: [String: File] = [:]
  /// What a ``WritingStage`` wrote elsewhere; nothing for other stages.
  var written: [WrittenFiles]?

  static let name = "record.json"

  /// Seconds since it was made.
  var age: Double { max(0, Date.now.timeIntervalSince(created)) }
  var bytes: Int { files.values.reduce(0) { $0 + $1.size } }

  /// The record in `folder`, whose files are not looked at.
  init(in folder: URL) throws {
    let data = try Data(contentsOf: folder.appendingPathComponent(Self.name))
    self = try JSONDecoder().decode(CacheRecord.self, from: data)
  }

  init(_ step: Plan.Step, _ key: CacheKey, of pipeline: String?) {
    stage = step.name
    id = step.id
    self.pipeline = pipeline
    ingredients = key.ingredients
    feeders = key.feeders
  }
}

extension Cache {
  /// Writes a record about all files of a folder, and all of it to the disk.
  func seal(_ folder: URL, with record: CacheRecord) throws {
    var record = record
    record.created = .now
    record.files = try contents(of: folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(record).write(to: folder.appendingPathComponent(CacheRecord.name))
    for name in record.files.keys + [CacheRecord.name] {
      try synchronize(folder.appendingPathComponent(name))
    }
    try synchronize(folder)
  }

  /// The record of a folder, whose files are all there and whole.
  func sealed(_ folder: URL) throws -> CacheRecord {
    let record = try CacheRecord(in: folder)
    let found = try contents(of: folder)
    for (name, file) in record.files.sorted(by: { $0.key < $1.key }) where found[name] != file {
      throw CacheError("'\(name)' is damaged")
    }
    return record
  }

  private func contents(of folder: URL) throws -> [String: CacheRecord.File] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    var files: [String: CacheRecord.File] = [:]
    for name in names where name != CacheRecord.name {
      let path = folder.appendingPathComponent(name).path
      guard let state = FileState(path) else { throw CacheError("'\(name)' is not a file") }
      files[name] = CacheRecord.File(size: Int(state.size), digits: try hashing.files([path]))
    }
    return files
  }

  /// Waits until a file, or the names in a folder, are on the disk.
  func synchronize(_ place: URL) throws {
    let descriptor = open(place.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CacheError.system(place.path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw CacheError.system(place.path) }
  }
}
