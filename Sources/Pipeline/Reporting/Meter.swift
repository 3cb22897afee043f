import Synchronization

/// Counts the elements of a lazy artifact and the time that making them takes.
///
/// What one element asks of other metered artifacts is their time, not its own.
public struct Meter: Sendable {
  /// What an element has asked of others.
  private final class Span: Sendable {
    let asked = Mutex(Duration.zero)
  }

  @TaskLocal private static var asker: Span?

  private let took: @Sendable (_ seconds: Double, _ isElement: Bool) -> Void

  /// - Parameter took: takes what each element took; also the end, which is none
  public init(_ took: @escaping @Sendable (_ seconds: Double, _ isElement: Bool) -> Void) {
    self.took = took
  }

  /// Makes one element, or finds that there are no more.
  public func element<Element>(_ make: () async throws -> Element?) async rethrows -> Element? {
    let clock = ContinuousClock()
    let span = Span()
    let start = clock.now
    func end(isElement: Bool) {
      let whole = clock.now - start
      Self.asker?.asked.withLock { $0 += whole }
      // Elements that were made ahead may have taken longer than was waited for them.
      let own = max(.zero, whole - span.asked.withLock { $0 })
      took(own / .seconds(1), isElement)
    }
    do {
      let element = try await Self.$asker.withValue(span) { try await make() }
      end(isElement: element != nil)
      return element
    } catch {
      end(isElement: false)
      throw error
    }
  }
}
