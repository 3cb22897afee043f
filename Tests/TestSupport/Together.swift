import Foundation
import Synchronization
import Tensors

/// Several members of a process group at work at once.
public enum Together {
  struct NoPort: Error {}
  struct NoResult: Error { let rank: Int }

  /// A port of this machine that nobody listens on.
  public static func freePort() throws -> Int {
    let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(handle) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(handle, $0, length) == 0 ? getsockname(handle, $0, &length) : -1
      }
    }
    guard handle >= 0, status == 0 else { throw NoPort() }
    return Int(UInt16(bigEndian: place.sin_port))
  }

  /// What `body` gives for each of `size` members, each on a thread of its own.
  public static func run<Value: Sendable>(
    _ size: Int, _ body: @escaping @Sendable (ProcessGroup) throws -> Value
  ) throws -> [Value] {
    let port = try freePort()
    let results = Results<Value>()
    let ended = DispatchSemaphore(value: 0)
    for rank in 0..<size {
      let thread = Thread {
        let result = Result {
          try body(
            ProcessGroup(ProcessPlace(rank: rank, size: size, port: port), timeout: .seconds(300)))
        }
        results.values.withLock { $0[rank] = result }
        ended.signal()
      }
      thread.stackSize = 1 << 25
      thread.start()
    }
    for _ in 0..<size { ended.wait() }
    return try (0..<size).map { rank in
      guard let result = results.values.withLock({ $0[rank] }) else { throw NoResult(rank: rank) }
      return try result.get()
    }
  }

  /// Results by rank.
  private final class Results<Value: Sendable>: Sendable {
    let values = Mutex<[Int: Result<Value, any Error>]>([:])
  }
}
