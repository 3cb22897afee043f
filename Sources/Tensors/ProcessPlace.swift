/// The place of one process among several, as `torchrun` tells it.
///
/// With `torchrun` the store at the meeting point is the agent's, so that torch's version must be
/// that of the agent; without it the process of rank 0 opens the store.
/// - Source: PyTorch, `torch.distributed.init_process_group`, environment variable initialization
public struct ProcessPlace: Sendable, Equatable {
  /// Which process this is, below `size`.
  public var rank: Int
  /// How many processes there are on all machines.
  public var size: Int
  /// Which process of its machine this is, and which GPU it takes.
  public var localRank: Int
  /// Host and port at which all meet.
  public var address: String
  public var port: Int
  /// Whether this process opens the store there.
  public var serves: Bool
  /// What the store's keys begin with.
  public var prefix: String
  /// The network interface that gloo uses; nil for that of the machine's name.
  public var interface: String?

  public init(rank: Int, size: Int, address: String = "127.0.0.1", port: Int) {
    (self.rank, self.size, self.localRank) = (rank, size, rank)
    (self.address, self.port) = (address, port)
    (serves, prefix, interface) = (rank == 0, "pvpipe", nil)
  }

  /// Reads WORLD_SIZE, RANK, LOCAL_RANK, MASTER_ADDR and MASTER_PORT, and GLOO_SOCKET_IFNAME where it is set.
  ///
  /// Nil where WORLD_SIZE is absent or 1: then this process is alone.
  public init?(environment: [String: String]) throws {
    func number(_ variable: String, _ allowed: ClosedRange<Int>) throws -> Int? {
      guard let text = environment[variable] else { return nil }
      guard let value = Int(text), allowed.contains(value) else {
        let wanted =
          allowed.upperBound == .max
          ? "a whole number from \(allowed.lowerBound)"
          : "a whole number from \(allowed.lowerBound) to \(allowed.upperBound)"
        throw ProcessGroupError.wrong(variable: variable, value: text, wanted: wanted)
      }
      return value
    }
    guard let size = try number("WORLD_SIZE", 1...Int.max), size > 1 else { return nil }
    func needed<Value>(_ variable: String, _ value: Value?) throws -> Value {
      guard let value else {
        throw ProcessGroupError.missing(variable: variable, size: size)
      }
      return value
    }
    let address = environment["MASTER_ADDR"].flatMap { $0.isEmpty ? nil : $0 }
    self.init(
      rank: try needed("RANK", number("RANK", 0...size - 1)), size: size,
      address: try needed("MASTER_ADDR", address),
      port: try needed("MASTER_PORT", number("MASTER_PORT", 1...65_535)))
    localRank = try number("LOCAL_RANK", 0...Int.max) ?? rank
    interface = environment["GLOO_SOCKET_IFNAME"].flatMap { $0.isEmpty ? nil : $0 }
    guard environment["TORCHELASTIC_USE_AGENT_STORE"] == "True" else { return }
    serves = false
    prefix = "/worker/attempt_\(environment["TORCHELASTIC_RESTART_COUNT"] ?? "0")"
  }

  /// The address of this machine's own interface, where all processes are on this machine.
  var loopback: String? {
    address == "localhost" || address.hasPrefix("127.") ? "127.0.0.1" : nil
  }
}
