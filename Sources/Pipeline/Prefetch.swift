extension AsyncSequence where Self: Sendable, Element: Sendable {
  /// The same sequence, made up to `count` elements ahead of its reader.
  ///
  /// Every reading has a window of its own. Elements and the error that ends them come in order;
  /// work ahead ends with its reader, be it dropped or canceled.
  public func prefetched(_ count: Int) -> Prefetch<Self> { Prefetch(base: self, count: count) }
}

/// A sequence whose elements are made while its reader works on earlier ones.
public struct Prefetch<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Base.Element: Sendable {
  let base: Base
  let count: Int

  public func makeAsyncIterator() -> Iterator {
    Iterator(source: Source(base.makeAsyncIterator()), window: Window(), count: Swift.max(0, count))
  }

  /// One reading: a window of tasks, each of which waits for the one before it.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let source: Source
    fileprivate let window: Window
    let count: Int

    public mutating func next() async throws -> Base.Element? {
      if window.tasks.isEmpty { window.start(source) }
      let tasks = window.tasks
      let first = window.tasks.removeFirst()
      let element = try await withTaskCancellationHandler {
        try await first.value
      } onCancel: {
        for task in tasks { task.cancel() }
      }
      while window.tasks.count < count, element != nil { window.start(source) }
      return element
    }
  }

  /// The iterator of the sequence behind, which only one task may use at a time.
  fileprivate actor Source {
    private var iterator: Base.AsyncIterator?

    init(_ iterator: sending Base.AsyncIterator) { self.iterator = iterator }

    func next() async throws -> Base.Element? {
      guard var iterator = self.iterator.take() else { return nil }
      try Task.checkCancellation()
      guard let element = try await iterator.next(isolation: self) else { return nil }
      self.iterator = iterator
      return element
    }
  }

  /// The elements being made; the last to hold it cancels them.
  fileprivate final class Window {
    var tasks: [Task<Base.Element?, any Error>] = []

    deinit { for task in tasks { task.cancel() } }

    func start(_ source: Source) {
      tasks.append(
        Task { [last = tasks.last] in
          _ = await last?.result
          return try await source.next()
        })
    }
  }
}
