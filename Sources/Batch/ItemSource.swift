public import Foundation
public import Pipeline

/// The values that one parameter takes in a batch.
public struct ItemSource: Hashable, Sendable {
  /// Its name as `--set` takes it: `id.parameter`.
  public let parameter: String
  /// Absolute paths.
  public let values: [String]

  private static let media: Set<String> = [
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "wmv", "flv", "y4m", "h264",
    "gif", "png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff",
  ]
  private static let lists: Set<String> = ["txt", "list"]

  /// Finds the values.
  ///
  /// - Parameters:
  ///   - option: `id.parameter=` and a folder, whose videos and pictures are taken in the order of
  ///     their names; a pattern of `*`, `?` and `[…]`; a `.txt` or `.list` file with one path a
  ///     line; or one file
  ///   - folder: where relative paths begin
  public init(_ option: String, in folder: URL) throws(Issue) {
    guard let equals = option.firstIndex(of: "="), option[..<equals].contains(".") else {
      throw Issue("must have the form id.parameter=FOLDER|GLOB|LIST", at: "--each \(option)")
    }
    parameter = String(option[..<equals])
    let place = "--each \(parameter)"
    let text = String(option[option.index(after: equals)...])
    guard !text.isEmpty else { throw Issue("names no folder, pattern or list", at: place) }
    func absolute(_ path: String) -> String {
      let whole = path.hasPrefix("/") ? path : "\(folder.path)/\(path)"
      return URL(fileURLWithPath: whole).standardizedFileURL.path
    }
    let path = absolute(text)
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let kind = URL(fileURLWithPath: path).pathExtension.lowercased()
    if isThere, isFolder.boolValue {
      values = Self.media(in: path)
      guard !values.isEmpty else {
        throw Issue("the folder '\(text)' has no video or picture in it", at: place)
      }
    } else if isThere, Self.lists.contains(kind) {
      guard let list = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw Issue("the list '\(text)' cannot be read as UTF-8 text", at: place)
      }
      values = Self.distinct(
        list.split(whereSeparator: \.isNewline)
          .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.map(absolute))
      guard !values.isEmpty else { throw Issue("the list '\(text)' names no file", at: place) }
    } else if isThere {
      values = [path]
    } else if text.contains(where: "*?[".contains) {
      values = Self.matches(of: path)
      guard !values.isEmpty else { throw Issue("no file matches '\(text)'", at: place) }
    } else {
      let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
      let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
      let name = (path as NSString).lastPathComponent
      let hint = NearestName.of(name, among: names.sorted()).map { "; did you mean '\($0)'?" }
      throw Issue("'\(text)' does not exist\(hint ?? "")", at: place)
    }
  }

  private static func media(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter { name in
      !name.hasPrefix(".") && media.contains((name as NSString).pathExtension.lowercased())
    }.map { (folder as NSString).appendingPathComponent($0) }
  }

  /// The files, not folders, that a pattern of the shell matches.
  private static func matches(of pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    let paths = (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].map { String(cString: $0) }
    }
    return paths.sorted().filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }

  private static func distinct(_ paths: [String]) -> [String] {
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }
}

/// How the values of several parameters make items.
public enum ItemCombination: String, Sendable {
  /// The first of each, then the second of each.
  case zip
  /// Each with each; the values of the first parameter change last.
  case cross

  /// The values of every item.
  ///
  /// - Parameter combination: may be absent where there is one source
  public static func values(
    of sources: [ItemSource], _ combination: ItemCombination?
  ) throws(Issue) -> [[String]] {
    guard !sources.isEmpty else {
      throw Issue("is missing: it says what the items are", at: "--each")
    }
    let names = sources.map(\.parameter)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw Issue("is given twice", at: "--each \(twice)")
    }
    guard let combination else {
      guard sources.count == 1 else {
        throw Issue(
          "several need --zip (the first with the first) or --cross (each with each)",
          at: "--each")
      }
      return sources[0].values.map { [$0] }
    }
    switch combination {
    case .zip:
      guard Set(sources.map(\.values.count)).count == 1 else {
        let counts = sources.map { "\($0.parameter) has \($0.values.count)" }
        throw Issue(
          "needs as many values of each; " + counts.joined(separator: ", "), at: "--zip")
      }
      return sources[0].values.indices.map { index in sources.map { $0.values[index] } }
    case .cross:
      return sources.reduce([[]]) { items, source in
        items.flatMap { item in source.values.map { item + [$0] } }
      }
    }
  }
}
