import Pipeline

/// A lazy artifact: whole numbers, made when they are read.
struct Numbers: Artifact, AsyncSequence {
  static let kind = "numbers"
  typealias Make = @Sendable (Int) async throws -> Int?

  let make: Make

  struct Iterator: AsyncIteratorProtocol {
    let make: Make
    var next = 0

    mutating func next() async throws -> Int? {
      defer { next += 1 }
      return try await make(next)
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(make: make) }

  func failing(as wrap: @escaping @Sendable (any Error) -> any Error) -> Numbers {
    Numbers { [make] index in
      do { return try await make(index) } catch { throw wrap(error) }
    }
  }
}

/// An artifact that is whole when it is made.
struct Total: Artifact {
  static let kind = "total"
  let value: Int
}

struct Torn: Error, CustomStringConvertible {
  let index: Int
  var description: String { "number \(index) is torn" }
}

struct Count: Stage {
  static let name = "count"
  static let summary = "Counts from a number on."
  static let numbers = Port<Numbers>("numbers")
  static let outputs: [any AnyPort] = [numbers]

  @Parameter("How many numbers.", in: 0...1000) var count = 3
  @Parameter("The first number.") var start = 0
  @Parameter("Where to break off; null never does.", in: 0...) var tear: Int? = nil
  @Parameter("Exact to the last bit.") var seed: UInt64 = 0
  @Parameter("Any words.") var label = "none"

  func validate() throws {
    if let tear, tear >= count {
      throw ParameterError("tear", "must be below 'count', which is \(count), not \(tear)")
    }
  }

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let (count, start, tear) = (count, start, tear)
    return Ports(
      Self.numbers,
      Numbers { index in
        if index == tear { throw Torn(index: index) }
        guard index < count else { return nil }
        context.note("made \(start + index)")
        return start + index
      })
  }
}

struct Scale: Stage {
  enum Rounding: String, CaseIterable, ParameterValue { case up, down, nearest }

  static let name = "scale"
  static let summary = "Multiplies numbers."
  static let numbers = Port<Numbers>("numbers")
  static let offset = OptionalPort<Total>("offset")
  static let inputs: [any AnyPort] = [numbers, offset]
  static let outputs: [any AnyPort] = [numbers]

  @Parameter("What to multiply by.", in: -100...100, unit: "times") var factor = 2.0
  @Parameter("How to round.") var rounding = Rounding.nearest
  @Parameter("Further factors.", in: 0...1) var weights: [Double] = []

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let (numbers, offset) = (inputs[Self.numbers], inputs[Self.offset]?.value ?? 0)
    let factor = weights.reduce(factor, *)
    return Ports(
      Self.numbers,
      Numbers { index in try await numbers.make(index).map { Int(Double($0) * factor) + offset } })
  }
}

struct Sum: Stage {
  static let name = "sum"
  static let summary = "Adds numbers up."
  static let numbers = Port<Numbers>("numbers")
  static let total = Port<Total>("total")
  static let inputs: [any AnyPort] = [numbers]
  static let outputs: [any AnyPort] = [total]

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    var sum = 0
    for try await number in inputs[Self.numbers] {
      sum += number
      context.note("added \(number)")
    }
    return Ports(Self.total, Total(value: sum))
  }
}

/// A stage that reads forever, until it is canceled.
struct Stuck: Stage {
  static let name = "stuck"
  static let summary = "Waits until it is canceled."

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    context.note("waiting")
    for await _ in AsyncStream<Int>(unfolding: { await forever() }) {}
    try Task.checkCancellation()
    return Ports()
  }
}

/// A stage that breaks its promise.
struct Empty: Stage {
  static let name = "empty"
  static let summary = "Gives nothing."
  static let outputs: [any AnyPort] = [Port<Total>("total")]

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports { Ports() }
}

/// Waits until the task is canceled; gives nothing.
func forever() async -> Int? {
  for await _ in AsyncStream<Int>(Int.self, { _ in }) {}
  return nil
}

let registry = StageRegistry([Count.self, Scale.self, Sum.self, Stuck.self, Empty.self])

/// The plan of a document whose entries are `stages`.
func plan(_ stages: String) throws -> Plan {
  try Plan(PipelineSpec(text: #"{"stages": [\#(stages)]}"#), registry: registry)
}
