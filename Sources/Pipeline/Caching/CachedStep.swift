import Foundation
import Synchronization

extension StepKeys {
  /// How the step at `index` is had where it is kept; nothing where it is not.
  mutating func cached(_ index: Int, in context: RunContext) throws -> CachedStep? {
    guard let stage = steps[index].stage as? any CostlyStage else { return nil }
    do {
      return CachedStep(step: steps[index], stage: stage, cache: cache, key: try key(of: index))
    } catch let error as CancellationError {
      throw error
    } catch {
      context.note("is not kept: \(sentence(of: error))")
      return nil
    }
  }
}

/// How the outputs of one step are had: from the cache, or by running it.
struct CachedStep {
  let step: Plan.Step
  let stage: any CostlyStage
  let cache: Cache
  let key: CacheKey

  /// The outputs, taken from the cache if they are there, else made and left there.
  ///
  /// Whatever keeps the cache from being used is a note, and the step runs without it.
  func outputs(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    if let kept = try taken(inputs, in: context) { return kept }
    var work: CacheWork?
    do {
      work = try await CacheWork.taken(key, in: cache) {
        context.note("waits for another run that is making the same")
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      context.note("is not kept: \(sentence(of: error))")
    }
    guard let work else { return try await stage.run(inputs, in: context) }
    // Whoever had the folder before may have come to the end.
    if let kept = try taken(inputs, in: context) {
      work.remove()
      return kept
    }
    return try await made(inputs, in: context, work)
  }

  private func taken(_ inputs: Ports, in context: RunContext) throws -> Ports? {
    do {
      guard let entry = try cache.entry(key) else { return nil }
      let written = entry.record.written ?? []
      for files in written {
        if let change = try files.change(in: cache) {
          context.note("\(change), and is made anew")
          cache.remove(cache.place(of: key))
          return nil
        }
      }
      let outputs = try stage.restored(from: entry.folder, inputs, in: context)
      for note in entry.record.notes { context.note(note) }
      for exhibit in entry.record.exhibits ?? [] {
        context.events(Event(stage: step.id, kind: .exhibit(exhibit)))
      }
      let age = Age(entry.record.age)
      for files in written {
        let kind = Event.Kind.stands(path: files.path, age, ByteCount(files.bytes))
        context.events(Event(stage: step.id, kind: kind))
      }
      if written.isEmpty {
        let kind = Event.Kind.restored(age, ByteCount(entry.record.bytes))
        context.events(Event(stage: step.id, kind: kind))
      }
      return outputs
    } catch let error as CancellationError {
      throw error
    } catch let error as LockError where error.code != ENOENT {
      context.note("what is kept cannot be read: \(error)")
      return nil
    } catch {
      context.note("what is kept cannot be used: \(sentence(of: error))")
      cache.remove(cache.place(of: key))
      return nil
    }
  }

  private func made(
    _ inputs: Ports, in context: RunContext, _ work: CacheWork
  ) async throws -> Ports {
    var record = CacheRecord(step, key, of: context.document?.name)
    let told = Mutex(
      (
        notes: [String](), exhibits: [Exhibit](),
        written: [(path: String, files: [String: FileState?])]()
      ))
    var running = context
    running.events = { event in
      if event.stage == step.id {
        switch event.kind {
        case .note(let text): told.withLock { $0.notes.append(text) }
        case .exhibit(let exhibit): told.withLock { $0.exhibits.append(exhibit) }
        case .wrote(let path, let files): told.withLock { $0.written.append((path, files)) }
        default: break
        }
      }
      context.events(event)
    }
    running.checkpoints = Checkpoints(
      work, record, seconds: cache.checkpointSeconds, note: { context.note($0) })
    let outputs: Ports
    do {
      outputs = try await stage.run(inputs, in: running)
    } catch {
      work.removeIfIdle()
      throw error
    }
    (record.notes, record.exhibits) = told.withLock { ($0.notes, $0.exhibits) }
    do {
      if stage is any WritingStage {
        record.written = try told.withLock { $0.written }.map {
          try WrittenFiles($0.path, $0.files, in: cache)
        }
        if record.written?.isEmpty != false { throw CacheError("it told of no file that it wrote") }
      }
      try work.finish(key, record) { try stage.store(outputs, in: $0) }
      context.events(Event(stage: step.id, kind: .kept))
    } catch let error as CancellationError {
      work.removeIfIdle()
      throw error
    } catch {
      context.note("is not kept: \(sentence(of: error))")
    }
    work.remove()
    return outputs
  }
}
