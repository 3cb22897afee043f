import Pipeline
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(30))) struct PrefetchTests {
  @Test(arguments: [0, 1, 2, 5]) func elementsComeInOrderAndAtMostSoManyAhead(ahead: Int)
    async throws
  {
    let delivered = Mutex(0)
    let lead = Log<Int>()
    let numbers = Numbers { index in
      lead.append(index - delivered.withLock { $0 })
      return index < 50 ? index : nil
    }
    var read: [Int] = []
    for try await number in numbers.prefetched(ahead) {
      delivered.withLock { $0 += 1 }
      read.append(number)
    }
    #expect(read == Array(0..<50))
    #expect(lead.elements.allSatisfy { $0 <= ahead })
  }

  @Test func elementsAreMadeWhileTheReaderWorks() async throws {
    let (made, source) = AsyncStream.makeStream(of: Int.self)
    let numbers = Numbers { index in
      source.yield(index)
      return index
    }
    var reader = numbers.prefetched(3).makeAsyncIterator()
    #expect(try await reader.next() == 0)
    // The reader asks for nothing more: three elements come by themselves.
    var seen: [Int] = []
    for await index in made {
      seen.append(index)
      if index == 3 { break }
    }
    #expect(seen == [0, 1, 2, 3])
    #expect(try await reader.next() == 1)
  }

  @Test func anErrorComesAfterTheElementsBeforeItAndOnce() async throws {
    let numbers = Numbers { index in
      if index == 3 { throw Torn(index: index) }
      return index
    }
    var reader = numbers.prefetched(8).makeAsyncIterator()
    for index in 0..<3 { #expect(try await reader.next() == index) }
    await #expect(throws: Torn.self) { try await reader.next() }
    #expect(try await reader.next() == nil)
    #expect(try await reader.next() == nil)
  }

  @Test func everyReadingBeginsAnew() async throws {
    let numbers = Numbers { $0 < 3 ? $0 : nil }.prefetched(2)
    for _ in 0..<2 {
      #expect(try await numbers.reduce(into: []) { $0.append($1) } == [0, 1, 2])
    }
  }

  @Test func workAheadEndsWithACanceledReader() async throws {
    let (reached, source) = AsyncStream.makeStream(of: Int.self)
    let numbers = Numbers { index in
      guard index == 2 else { return index }
      source.yield(index)
      _ = await forever()
      try Task.checkCancellation()
      return index
    }
    let reading = Task {
      for try await _ in numbers.prefetched(1) {}
    }
    for await _ in reached { break }
    reading.cancel()
    await #expect(throws: CancellationError.self) { try await reading.value }
  }

  @Test func workAheadEndsWithADroppedReader() async throws {
    let (reached, begin) = AsyncStream.makeStream(of: Int.self)
    let (ended, end) = AsyncStream.makeStream(of: Bool.self)
    let numbers = Numbers { index in
      guard index == 1 else { return index }
      begin.yield(index)
      _ = await forever()
      end.yield(Task.isCancelled)
      return nil
    }
    var reader: Prefetch<Numbers>.Iterator? = numbers.prefetched(1).makeAsyncIterator()
    #expect(try await reader?.next() == 0)
    for await _ in reached { break }
    reader = nil
    for await wasCanceled in ended {
      #expect(wasCanceled)
      break
    }
  }
}
