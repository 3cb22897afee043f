import Foundation

/// A stage whose outputs are kept on disk, so that they are not made twice.
///
/// Law: what `restored` gives of a folder that `store` filled is what `run` gave, for the same
/// parameters and inputs. What depends on where files lie is taken from the inputs, never stored.
public protocol CostlyStage: Stage {
  /// Lays the outputs down as files in an empty folder.
  func store(_ outputs: Ports, in folder: URL) throws

  /// Takes outputs up again.
  func restored(from folder: URL, _ inputs: Ports, in context: RunContext) throws -> Ports
}

/// What of a run, beside its parameters and inputs, the outputs of a stage may follow from.
public enum Influence: String, CaseIterable, Sendable { case device, seed }

/// How bytes are told by few digits: equal digits mean equal bytes.
public struct Hashing: Sendable {
  let data: @Sendable (Data) -> String
  let files: @Sendable ([String]) throws -> String

  /// - Parameters:
  ///   - data: the digits of bytes in memory, more than two
  ///   - files: the digits of files, one after the other as if they were one
  public init(
    data: @escaping @Sendable (Data) -> String,
    files: @escaping @Sendable ([String]) throws -> String
  ) {
    self.data = data
    self.files = files
  }
}
