import Foundation
internal import TorchShim

/// Processes on one or more machines that exchange tensors by torch's process groups.
///
/// All processes must ask for the same things in the same order; each waits for the others.
public final class ProcessGroup: @unchecked Sendable {  // the handle is used under the lock only
  /// Who carries the messages: gloo, over the CPU, or NVIDIA's NCCL between GPUs.
  public enum Backend: String, Sendable, CaseIterable {
    case gloo, nccl

    /// NCCL where the build has it and tensors are on GPUs.
    public static func best(for device: Device) -> Backend {
      device == .cuda && pv_group_has_nccl() ? .nccl : .gloo
    }
  }

  public let place: ProcessPlace
  public let backend: Backend
  private let raw: OpaquePointer
  private let lock = NSLock()

  /// Which process this is, from 0.
  public var rank: Int { place.rank }
  /// How many processes there are.
  public var size: Int { place.size }

  /// Waits until all processes are there.
  /// - Parameter timeout: how long at most, and how long an exchange may wait for the others
  public init(
    _ place: ProcessPlace, backend: Backend = .gloo, timeout: Duration = .seconds(600)
  ) throws {
    (self.place, self.backend) = (place, backend)
    let (seconds, attoseconds) = timeout.components
    let joined = Self.withStrings(
      [place.address, place.prefix, place.interface, place.loopback]
    ) { texts in
      var meeting = pv_meeting()
      (meeting.address, meeting.prefix) = (texts[0], texts[1])
      (meeting.interface, meeting.host) = (texts[2], texts[3])
      (meeting.port, meeting.rank) = (Int32(place.port), Int32(place.rank))
      (meeting.size, meeting.serves) = (Int32(place.size), place.serves)
      meeting.backend = Int32((backend == .gloo ? PV_GLOO : PV_NCCL).rawValue)
      meeting.milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
      return pv_group_join(&meeting)
    }
    guard let joined else { throw Self.failure(place) }
    raw = joined
  }

  /// The group that the environment tells of; nil where it tells of none or of one process only.
  ///
  /// On a GPU the process takes the one of its LOCAL_RANK.
  /// - Parameters:
  ///   - environment: the variables that `torchrun` sets
  ///   - device: where the tensors are
  public convenience init?(
    environment: [String: String] = ProcessInfo.processInfo.environment, device: Device = .cpu,
    timeout: Duration = .seconds(600)
  ) throws {
    guard let place = try ProcessPlace(environment: environment) else { return nil }
    if device == .cuda { Device.choose(gpu: place.localRank) }
    try self.init(place, backend: .best(for: device), timeout: timeout)
  }

  deinit { pv_group_free(raw) }

  /// The sums over all processes, of tensors that have the same shapes in each, in one message.
  public func sum(_ tensors: [Tensor]) throws -> [Tensor] {
    try exchanged(tensors) { pv_group_sum(raw, $0, $1, &$2) }
  }

  /// The means over all processes, of tensors that have the same shapes in each, in one message.
  public func average(_ tensors: [Tensor]) throws -> [Tensor] {
    try sum(tensors).map { try $0 / Float(size) }
  }

  /// The means of gradients, some of which may be absent: an absent one counts as 0, and one that no
  /// process has stays absent.
  /// - Parameter leaves: what the gradients belong to
  public func average(_ gradients: [Tensor?], like leaves: [Tensor]) throws -> [Tensor?] {
    guard let device = leaves.first?.device else { return gradients }
    let there = try Tensor(gradients.map { $0 == nil ? 0 : 1 }).to(device)
    let full = try zip(gradients, leaves).map { try $0 ?? $1.detached() * 0 }
    let summed = try sum(full + [there])
    let present = try summed[leaves.count].floats()
    return try zip(summed, present).map { try $1 > 0 ? $0 / Float(size) : nil }
  }

  /// The tensors of the process `root`, in one message.
  public func broadcast(_ tensors: [Tensor], from root: Int = 0) throws -> [Tensor] {
    try exchanged(tensors) { pv_group_broadcast(raw, $0, $1, Int32(root), &$2) }
  }

  /// Overwrites tensors, in the order of their names, with those of the process `root`.
  public func share(_ tensors: [String: Tensor], from root: Int = 0) throws {
    let own = tensors.sorted { $0.key < $1.key }.map(\.value)
    for (target, value) in zip(own, try broadcast(own, from: root)) {
      try target.blend(towards: value, keeping: 0)
    }
  }

  /// Returns once all processes have come here.
  public func barrier() throws {
    guard lock.withLock({ pv_group_barrier(raw) }) == 0 else { throw Self.failure(place) }
  }

  private func exchanged(
    _ tensors: [Tensor],
    _ body: ([OpaquePointer?], Int32, inout [OpaquePointer?]) -> Int32
  ) throws -> [Tensor] {
    guard !tensors.isEmpty else { return [] }
    var results = [OpaquePointer?](repeating: nil, count: tensors.count)
    let status = withExtendedLifetime(tensors) {
      lock.withLock { body(tensors.map(\.raw), Int32(tensors.count), &results) }
    }
    guard status == 0 else { throw Self.failure(place) }
    return try results.map { try Tensor($0, "exchange") }
  }

  /// The first line of what libtorch says.
  private static func failure(_ place: ProcessPlace) -> ProcessGroupError {
    let reason = String(cString: pv_error())
    return .unreachable(
      place: "\(place.address):\(place.port)", rank: place.rank, size: place.size,
      reason: reason.split(separator: "\n").first.map(String.init) ?? reason)
  }

  /// Texts as C sees them, for the time of `body`.
  private static func withStrings<Result>(
    _ texts: [String?], _ body: ([UnsafePointer<CChar>?]) throws -> Result
  ) rethrows -> Result {
    let copies = texts.map { $0.flatMap { strdup($0) } }
    defer { copies.forEach { free($0) } }
    return try body(copies.map { UnsafePointer($0) })
  }
}
