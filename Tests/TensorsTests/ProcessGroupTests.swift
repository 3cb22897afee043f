import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct ProcessGroupTests {
  private static func environment(_ changes: [String: String?] = [:]) -> [String: String] {
    var values: [String: String?] = [
      "WORLD_SIZE": "3", "RANK": "2", "LOCAL_RANK": "1", "MASTER_ADDR": "node7",
      "MASTER_PORT": "29500",
    ]
    values.merge(changes) { $1 }
    return values.compactMapValues { $0 }
  }

  @Test func theEnvironmentOfTorchrunIsRead() throws {
    let place = try #require(try ProcessPlace(environment: Self.environment()))
    #expect((place.rank, place.size, place.localRank) == (2, 3, 1))
    #expect((place.address, place.port, place.serves) == ("node7", 29_500, false))
    #expect(place.interface == nil)
    #expect(try ProcessPlace(environment: Self.environment(["RANK": "0"]))?.serves == true)
    let agent = try #require(
      try ProcessPlace(
        environment: Self.environment([
          "RANK": "0", "TORCHELASTIC_USE_AGENT_STORE": "True", "TORCHELASTIC_RESTART_COUNT": "4",
          "GLOO_SOCKET_IFNAME": "eth1",
        ])))
    #expect(!agent.serves)
    #expect(agent.prefix == "/worker/attempt_4")
    #expect(agent.interface == "eth1")
  }

  @Test func aProcessAloneHasNoGroup() throws {
    #expect(try ProcessPlace(environment: [:]) == nil)
    #expect(try ProcessPlace(environment: ["WORLD_SIZE": "1"]) == nil)
    #expect(try ProcessGroup(environment: [:]) == nil)
  }

  @Test(
    arguments: [
      (["MASTER_ADDR": nil], "WORLD_SIZE is 3, but MASTER_ADDR is not set (torchrun sets it)"),
      (["RANK": nil], "WORLD_SIZE is 3, but RANK is not set (torchrun sets it)"),
      (["MASTER_PORT": nil], "WORLD_SIZE is 3, but MASTER_PORT is not set (torchrun sets it)"),
      (["RANK": "3"], "RANK is '3', but must be a whole number from 0 to 2"),
      (["RANK": "-1"], "RANK is '-1', but must be a whole number from 0 to 2"),
      (["WORLD_SIZE": "two"], "WORLD_SIZE is 'two', but must be a whole number from 1"),
      (
        ["MASTER_PORT": "70000"],
        "MASTER_PORT is '70000', but must be a whole number from 1 to 65535"
      ),
    ] as [([String: String?], String)])
  func mistakesInTheEnvironmentAreSaidInASentence(
    _ changes: [String: String?], _ sentence: String
  ) {
    let error = #expect(throws: ProcessGroupError.self) {
      try ProcessPlace(environment: Self.environment(changes))
    }
    #expect(error?.description == sentence)
  }

  @Test(arguments: [0, 1]) func anAbsentProcessIsNotWaitedForForever(_ rank: Int) throws {
    let port = try Together.freePort()
    let error = #expect(throws: ProcessGroupError.self) {
      try ProcessGroup(
        ProcessPlace(rank: rank, size: 2, port: port), timeout: .milliseconds(500))
    }
    let sentence = error?.description ?? ""
    #expect(
      sentence.hasPrefix(
        "rank \(rank) of 2 cannot meet the other processes at 127.0.0.1:\(port): "), "\(sentence)")
    #expect(!sentence.contains("\n"))
  }

  /// What every member of three gives for known numbers.
  private static func check(_ group: ProcessGroup) throws {
    let own = Float(group.rank + 1)
    let tensors = [
      try Tensor([own, 10 * own]), try Tensor(full: own * 0.5, [2, 1, 2]),
      try Tensor(full: 1, []),
    ]
    let sums = try group.sum(tensors)
    #expect(sums.map(\.shape) == [[2], [2, 1, 2], []])
    #expect(try sums[0].floats() == [6, 60])
    #expect(try sums[1].floats() == [3, 3, 3, 3])
    #expect(try sums[2].item() == 3)
    #expect(try group.average(tensors)[0].floats() == [2, 20])
    #expect(try tensors[0].floats() == [own, 10 * own])
    #expect(try group.broadcast(tensors, from: 1)[0].floats() == [2, 20])
    try group.barrier()

    let leaves = try ["b": Tensor([own]).leaf(), "a": Tensor([-own, own]).leaf()]
    try group.share(leaves)
    #expect(try leaves["a"]?.floats() == [-1, 1])
    #expect(try leaves["b"]?.floats() == [1])

    let absent = try group.average(
      [nil, group.rank == 0 ? Tensor([3]) : nil, Tensor([own])],
      like: [Tensor([0, 0]), Tensor([0]), Tensor([0])])
    #expect(absent[0] == nil)
    #expect(try absent[1]?.item() == 1)
    #expect(try absent[2]?.item() == 2)
    #expect(try group.sum([]).isEmpty)
  }

  @Test func sumsOfKnownNumbersAreExact() throws {
    _ = try Together.run(3) { try Self.check($0) }
  }

  @Test func twoProcessesAddTheirNumbers() async throws {
    let port = try Together.freePort()
    async let first: Void = process(0, port)
    async let second: Void = process(1, port)
    _ = await (first, second)
  }

  /// Run by hand: `torchrun --no-python --nproc-per-node 2`, then the test program and its arguments.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["WORLD_SIZE"] != nil, "not started by torchrun"))
  func processesOfTorchrunAddTheirRanks() throws {
    let group = try #require(try ProcessGroup())
    let sum = try group.sum([Tensor([Float(group.rank)])])[0].item()
    #expect(sum == Float(group.size * (group.size - 1) / 2))
    try group.barrier()
  }

  private func process(_ rank: Int, _ port: Int) async {
    await #expect(processExitsWith: .success) { [rank, port] in
      let group = try #require(
        try ProcessGroup(environment: [
          "WORLD_SIZE": "2", "RANK": "\(rank)", "MASTER_ADDR": "127.0.0.1",
          "MASTER_PORT": "\(port)",
        ]))
      let sums = try group.sum([Tensor([Float(rank), 1.5]), Tensor([Float(rank * 10)])])
      #expect(try sums[0].floats() == [1, 3])
      #expect(try sums[1].floats() == [10])
      try group.barrier()
    }
  }
}
