import Foundation

/// What a run would do with one stage, and why.
public struct Forecast: Sendable, CustomStringConvertible {
  public enum Course: Sendable, Hashable {
    /// It would take what is kept, so old and so large.
    case cached(Age, ByteCount)
    /// What it wrote so long ago, and is so large, is still there.
    case stands(Age, ByteCount)
    /// It would run, for this reason.
    case runs(String)
  }

  /// Counted from 0.
  public let index: Int
  public let count: Int
  public let id: String
  public let name: String
  public let course: Course

  /// The line that reads `[3/6] latents (inversion): cached: 3 h old, 12 MB`.
  public var description: String {
    let text =
      switch course {
      case .cached(let age, let size): "cached: \(age) old, \(size)"
      case .stands(let age, let size):
        "would not run: its files are as they were written, \(age) old, \(size)"
      case .runs(let reason): "would run: \(reason)"
      }
    return "[\(index + 1)/\(count)] \(id) (\(name)): \(text)"
  }
}

extension Plan {
  /// What a run would do now; reads the files that stages name, and writes no more than their hashes.
  public func forecast(in context: RunContext) -> [Forecast] {
    var keys = context.cache.map { StepKeys(steps, context, $0) }
    let items = context.cache?.items() ?? []
    return steps.enumerated().map { index, step in
      let course: Forecast.Course
      if !(step.stage is any CostlyStage) {
        course = .runs("it is not kept")
      } else if let cache = context.cache {
        do {
          guard let key = try keys?.key(of: index) else { throw CacheError("has no key") }
          course = cache.course(of: step, key, items, in: context)
        } catch {
          course = .runs(sentence(of: error))
        }
      } else {
        course = .runs("there is no cache")
      }
      return Forecast(
        index: index, count: steps.count, id: step.id, name: step.name, course: course)
    }
  }
}

extension Cache {
  fileprivate func course(
    of step: Plan.Step, _ key: CacheKey, _ items: [CacheItem], in context: RunContext
  ) -> Forecast.Course {
    let place = place(of: key)
    if FileManager.default.fileExists(atPath: place.path) {
      do {
        let record = try sealed(place)
        if let written = record.written {
          for files in written {
            if let change = try files.change(in: self) { return .runs(change) }
          }
          return .stands(Age(record.age), ByteCount(written.reduce(0) { $0 + $1.bytes }))
        }
        return .cached(Age(record.age), ByteCount(record.bytes))
      } catch {
        return .runs("what is kept cannot be used: \(sentence(of: error))")
      }
    }
    if let begun = items.last(where: { $0.key == key.digits && !$0.isFinished })?.record {
      return .runs("it goes on from its checkpoint, \(Age(begun.age)) old")
    }
    let earlier = items.compactMap(\.record).filter {
      $0.stage == step.name && $0.id == step.id && $0.pipeline == context.document?.name
    }.max { $0.created < $1.created }
    return .runs(earlier.flatMap { key.change(since: $0) } ?? "not in the cache")
  }
}
