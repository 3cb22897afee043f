import Foundation
import Media
import Pipeline

/// The numbers of a training's log, one JSON object a line.
///
/// A last line that was cut off, as by a full disk or while it is written, is left out.
public struct LossLog: Sendable {
  /// The numbers of a line by name; one that is not finite is kept as it is.
  public let lines: [[String: Double]]

  /// Reads the file at `path`.
  public init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw MediaError(.read, path, "cannot be read")
    }
    let texts = String(decoding: data, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let last = texts.lastIndex { !$0.isEmpty }
    var lines: [[String: Double]] = []
    for (index, text) in texts.enumerated() where !text.isEmpty {
      do {
        lines.append(try Self.numbers(String(text)))
      } catch {
        if index == last { break }
        throw MediaError(
          .read, path,
          "line \(index + 1) is damaged (\(error)); it must be a JSON object with a number 'update'"
        )
      }
    }
    self.lines = lines
  }

  /// The points of one measure over the updates.
  public func series(_ name: String) -> LossPlot.Series {
    LossPlot.Series(
      name,
      lines.compactMap { line in
        guard let x = line["update"], let y = line[name] else { return nil }
        return (x, y)
      })
  }

  /// What is wrong with a line.
  private struct Damage: Error, CustomStringConvertible { let description: String }

  private static func numbers(_ text: String) throws -> [String: Double] {
    let value: JSON
    do { value = try JSONText(text).value } catch {
      throw Damage(description: "column \(error.column): \(error.reason)")
    }
    guard case .object(let fields) = value else {
      throw Damage(description: "it is \(value.found)")
    }
    let numbers = fields.compactMapValues { field -> Double? in
      switch field {
      case .integer(let value): Double(value)
      case .number(let value): value
      case .string(let text): ["nan", "inf", "-inf"].contains(text) ? Double(text) : nil
      default: nil
      }
    }
    guard numbers["update"]?.isFinite == true else {
      throw Damage(description: "'update' is missing or not a number")
    }
    return numbers
  }
}
