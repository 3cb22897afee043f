import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct HostileCheckpointTests {
  private func reason(_ data: Data) throws -> String {
    let error = try #require(
      throws: CheckpointError.self, performing: { try TorchCheckpoint(data: data, path: "x") })
    return error.reason
  }

  /// A file whose pickle is what `write` adds.
  private func file(
    storages: [String: Data] = [:], _ write: (inout PickleWriter) -> Void
  ) -> Data {
    var pickle = PickleWriter()
    write(&pickle)
    return TorchFile.file(pickle, storages: storages)
  }

  // MARK: Foreign files

  @Test func foreignFilesAreRefused() throws {
    #expect(
      try reason(Data("hello, this is text".utf8))
        == "is not a torch checkpoint: it is no zip archive")
    #expect(try reason(Data()) == "is not a torch checkpoint: it is no zip archive")
    let old = Data([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19])
    #expect(
      try reason(old)
        == "is in the form of torch before 1.6; load it and save it again with a newer torch")
    #expect(
      try reason(TorchFile.archive([TorchFile.Entry("mimetype", [1])]))
        == "is not a torch checkpoint: it has no entry '…/data.pkl'")
    let script = ["a/data.pkl", "a/constants.pkl"].map { TorchFile.Entry($0, [0x2E]) }
    #expect(
      try reason(TorchFile.archive(script)) == "is a TorchScript program, not a torch checkpoint")
    #expect(
      throws: CheckpointError(path: "no/such.ckpt", reason: "cannot be read")
    ) { try TorchCheckpoint(path: "no/such.ckpt") }
  }

  // MARK: The archive

  private func reason(_ change: (inout TorchFile.Entry) -> Void) throws -> String {
    var entry = TorchFile.Entry("a/data/0", [1, 2, 3, 4])
    change(&entry)
    return try reason(
      TorchFile.archive([TorchFile.Entry("a/data.pkl", [0x80, 2, 0x7D, 0x2E]), entry]))
  }

  @Test func entriesMustLieInTheArchive() throws {
    for name in ["../a", "a/../../b", "/etc/passwd", "a\\..\\b", "a/..", ""] {
      #expect(
        try reason { $0.name = name }
          == "has an entry named \(name.debugDescription), which leaves the archive")
    }
    #expect(try reason { $0.name = "a/data.pkl" } == "holds the entry 'a/data.pkl' twice")
    #expect(
      try reason { $0.name = String(repeating: "n", count: 2000) }
        == "has an entry whose name is too long or not text")
  }

  @Test func entriesMustBeStoredAsTheyAre() throws {
    #expect(try reason { $0.flags = 1 } == "the entry 'a/data/0' is encrypted")
    #expect(
      try reason { $0.method = 8 }
        == "the entry 'a/data/0' is compressed; torch stores its entries as they are")
  }

  @Test func entriesMustNotOverlapOrReachOutside() throws {
    #expect(
      try reason { $0.claimedSize = 1 << 30 }
        == "is truncated: the entry 'a/data/0' lies outside of it")
    #expect(
      try reason { $0.claimedSize = 0xFFFF_FFFF }
        == "has a directory that is damaged or truncated")
    for place in [0, 5, 1 << 30, 0xFFFF_FFF0] {
      #expect(
        try reason { $0.claimedPlace = place }
          == "the entry 'a/data/0' is not where the directory says")
    }
    // A header inside of another entry, as archives that unpack to far more than their size have it.
    let inner = TorchFile.archive([TorchFile.Entry("a/data/1", [1, 2, 3, 4])], wide: false)
    var outer = TorchFile.Entry("a/data/1", [1, 2, 3, 4])
    outer.claimedPlace = 30 + 8
    #expect(
      try reason(TorchFile.archive([TorchFile.Entry("a/data/0", inner), outer]))
        .hasSuffix("overlaps another"))
  }

  @Test func countsBeyondTheDirectoryAreRefused() throws {
    var data = TorchFile.archive([TorchFile.Entry("a/data.pkl", [0x2E])], wide: false)
    for byte in data.count - 14..<data.count - 10 { data[byte] = 0xFF }
    #expect(try reason(data) == "claims 65535 entries, more than it can hold")
  }

  // MARK: The pickle

  @Test func foreignCodeIsNeverRun() throws {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
    let data = file(storages: ["0": Data(count: 8)]) {
      $0.add("}(")
      $0.text("optimizer")
      $0.global("os", "system")
      $0.text("touch \(place)")
      $0.add("\u{85}R")
      $0.text("config")
      $0.global("omegaconf.listconfig", "ListConfig")
      $0.add(")\u{81}}(")
      $0.text("_parent")
      $0.add("Nub(NNe(NNu")
      $0.text("model")
      $0.add("}")
      $0.text("x")
      $0.tensor(key: "0", stored: 2, shape: [2], strides: [1])
      $0.add("su.")
    }
    #expect(try TorchCheckpoint(data: data, path: "x").names == ["x"])
    #expect(!FileManager.default.fileExists(atPath: place))
    let weight = file {
      $0.add("}")
      $0.text("x")
      $0.global("os", "system")
      $0.text("touch \(place)")
      $0.add("\u{85}Rs.")
    }
    #expect(
      try reason(weight) == "the pickle holds an object of os.system as 'x' instead of a tensor")
    #expect(!FileManager.default.fileExists(atPath: place))
  }

  @Test func deepNestingIsRefused() throws {
    let deep = "the pickle nests its values more than 1000 deep"
    let lists = String(repeating: "(", count: 200_000)
    #expect(try reason(file { $0.add(lists) }) == deep)
    let tuples = ")" + String(repeating: "\u{85}", count: 200_000) + "."
    #expect(try reason(file { $0.add(tuples) }) == deep)
    // A list that is added to itself.
    let own = "]" + String(repeating: "2a", count: 100_000) + "."
    #expect(try reason(file { $0.add(own) }).hasPrefix("the pickle"))
  }

  @Test func numbersOfOperationsAreLimited() throws {
    let many = String(repeating: "N", count: 1 << 22)
    #expect(
      try reason(file { $0.add(many) }) == "the pickle has more than 2097152 operations")
  }

  @Test(arguments: [
    ("", "is truncated"), ("X\u{FF}\u{FF}\u{FF}\u{7F}", "is truncated"), (".", "takes a value"),
    ("t.", "takes a value"), ("h\u{05}.", "recalls value 5"), ("N(0.", "takes a value"),
    ("(N\u{86}.", "takes a value"), ("}(NuN.", "has a dictionary with a key"),
    ("NNa.", "adds items to nothing"), ("NNR.", "calls something with nothing"),
    ("N)R.", "calls nothing"), ("NQ.", "names something from outside"),
    ("\u{95}", "has the operation 149 at byte 2"), ("N.", "holds nothing instead of a dictionary"),
    ("}KKs", "takes a value"), ("}KKK\u{01}s.", "has a tensor that is named by a number"),
    ("cos", "has a class name that does not end"), ("U\u{01}\u{FF}.", "holds text that is not"),
    ("\u{80}\u{04}.", "is of protocol 4, not 2"),
  ]) func lyingPicklesAreRefused(_ operations: String, _ wanted: String) throws {
    let reason = try reason(file { $0.add(operations) })
    #expect(reason.hasPrefix("the pickle \(wanted)"), "\(reason)")
  }

  // MARK: Tensors

  @Test(arguments: [
    (0, [3], [1]), (1, [2], [1]), (-1, [1], [1]), (0, [2], [-1]), (0, [-1], [1]), (0, [2], [2]),
    (0, [1, 2], [1]), (0, [Int.max], [1]), (0, [2], [Int.max]), (0, [Int.max, 2], [0, 0]),
    (Int.max, [1], [1]), (0, [2, 2], [0, 0]), (3, [0], [1]), (0, [1 << 40, 1 << 40], [0, 0]),
  ]) func tensorsOutsideTheirStorageAreRefused(
    _ offset: Int, _ shape: [Int], _ strides: [Int]
  ) throws {
    let data = file(storages: ["0": Data(count: 8)]) {
      $0.tensor(key: "0", stored: 2, offset: offset, shape: shape, strides: strides)
    }
    #expect(
      try reason(data).hasSuffix("which its storage '0' of 2 elements does not hold"))
  }

  @Test func storagesMustHaveTheirSize() throws {
    for count in [1, 3, -1, Int.max, 1 << 62] {
      let data = file(storages: ["0": Data(count: 8)]) {
        $0.tensor(key: "0", stored: count, shape: [1], strides: [1])
      }
      #expect(
        try reason(data)
          == "the pickle claims \(count) elements of torch.FloatStorage in the storage '0' of 8 bytes"
      )
    }
    for key in ["1", "../data.pkl", "/etc/passwd"] {
      let data = file(storages: ["0": Data(count: 8)]) {
        $0.tensor(key: key, stored: 2, shape: [1], strides: [1])
      }
      #expect(
        try reason(data)
          == "the pickle uses the storage '\(key)', which the archive does not hold")
    }
  }

  @Test func oneStorageIsNotManyTimesItsSize() throws {
    func sharing(_ count: Int) -> Data {
      file(storages: ["0": Data(count: 4000)]) {
        $0.add("}")
        for index in 0..<count {
          $0.text("t\(index)")
          $0.tensor(key: "0", stored: 1000, shape: [1000], strides: [1])
          $0.add("s")
        }
        $0.add(".")
      }
    }
    #expect(try TorchCheckpoint(data: sharing(2), path: "x").tensors().count == 2)
    #expect(
      try reason(sharing(50))
        == "has tensors of 50000 elements, more than twice what it stores")
  }

  @Test func namesAreNotTakenTwice() throws {
    let data = file(storages: ["0": Data(count: 8)]) {
      $0.add("}")
      for name in ["x", "module.x"] {
        $0.text(name)
        $0.tensor(key: "0", stored: 2, shape: [2], strides: [1])
        $0.add("s")
      }
      $0.add(".")
    }
    #expect(try reason(data) == "the pickle has the tensor 'x' twice")
  }

  @Test func elementTypesThatAreNotReadAreNamed() throws {
    let data = file(storages: ["0": Data(count: 16)]) {
      $0.add("}")
      $0.text("x")
      $0.tensor(key: "0", type: "ComplexFloatStorage", stored: 2, shape: [2], strides: [1])
      $0.add("s.")
    }
    #expect(
      try reason(data)
        == "the pickle holds an object of torch.ComplexFloatStorage as 'x' instead of a tensor")
  }
}
