/// One step of a pipeline: a struct whose stored properties are its parameters.
///
/// Every stored property is a ``Parameter`` with a default. Laws: `name` is words of lower-case
/// letters and digits joined by hyphens; port names are unique among the inputs and among the
/// outputs; the defaults pass `validate()`.
public protocol Stage: Codable, Sendable {
  /// What documents call it: `face-crop`.
  static var name: String { get }
  /// One sentence that ends in a full stop.
  static var summary: String { get }
  static var inputs: [any AnyPort] { get }
  static var outputs: [any AnyPort] { get }
  /// Counted up whenever the same parameters and inputs come to give something else: what is kept of
  /// the stage, and of those after it, is then made anew.
  static var version: Int { get }
  /// What of the run the outputs follow from; all of it where the stage does not say.
  static var influences: Set<Influence> { get }
  /// What is kept in memory of the videos that come in; a few pictures where the stage does not say.
  static var holding: Holding { get }
  /// The files that parameters name, by parameter: what is in them counts, not what they are called.
  var sourceFiles: [String: [String]] { get }
  /// The files that are made, by the parameter that names them; relative ones lie below the run's folder.
  var writtenFiles: [String: [String]] { get }

  /// The stage with its defaults.
  init()

  /// Checks what the types and ranges of single parameters cannot say.
  ///
  /// - Throws: ``ParameterError``, which the plan places in the document
  func validate() throws

  /// How large the videos at the outputs are, as far as that is known; as the first input where
  /// the stage does not say.
  ///
  /// - Parameter inputs: of the inputs of which something is known, by port
  func extents(of inputs: [String: Extent]) -> [String: Extent]

  /// Checks what can be known of files before the first stage of a run does anything.
  ///
  /// - Throws: what ``run(_:in:)`` would throw of it later, when others have worked in vain
  func check(in context: RunContext) throws

  /// Makes the outputs from the inputs; lazy outputs do their work when they are read.
  ///
  /// It starts no task that outlives it and checks for cancellation in every long loop.
  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports
}

extension Stage {
  public static var inputs: [any AnyPort] { [] }
  public static var outputs: [any AnyPort] { [] }
  public static var version: Int { 1 }
  public static var influences: Set<Influence> { Set(Influence.allCases) }
  public var sourceFiles: [String: [String]] { [:] }
  public func validate() throws {}
  public func check(in context: RunContext) throws {}
}

/// A parameter that has the right type and a wrong value.
public struct ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  public let parameter: String
  public let reason: String

  /// The error that reads `'size' must be above 0, not -1`.
  public init(_ parameter: String, _ reason: String) {
    self.parameter = parameter
    self.reason = reason
  }

  public var description: String { "'\(parameter)' \(reason)" }
}
