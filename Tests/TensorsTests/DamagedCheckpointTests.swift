import Foundation
import TestSupport
import Tensors
import Testing

/// What becomes of checkpoints that lost or changed some of their bytes.
@Suite struct DamagedCheckpointTests {
  /// A dictionary of one tensor of two elements.
  private var pickle: PickleWriter {
    var pickle = PickleWriter()
    pickle.add("}")
    pickle.text("x")
    pickle.tensor(key: "0", stored: 2, shape: [2], strides: [1])
    pickle.add("s.")
    return pickle
  }

  /// A good file of one tensor of two elements.
  private var good: Data {
    TorchFile.file(pickle, storages: ["0": Data(count: 8)])
  }

  /// Reads all tensors, and says whether the file was refused.
  private func refuses(_ data: Data) -> Bool {
    do {
      _ = try TorchCheckpoint(data: data, path: "x").tensors()
      return false
    } catch { return true }
  }

  private func official() throws -> Data {
    try Data(
      contentsOf: Shared.fixtures.appendingPathComponent("tiny/pv3d_tiny.ckpt"),
      options: .alwaysMapped)
  }

  @Test func truncatedFilesAreRefused() throws {
    let whole = good
    #expect(!refuses(whole))
    for count in 0..<whole.count { #expect(refuses(whole.prefix(count)), "\(count) bytes") }
    #expect(
      throws: CheckpointError(
        path: "x", reason: "is truncated, or not a zip archive: it has no directory at its end")
    ) { try TorchCheckpoint(data: whole.dropLast(), path: "x") }
  }

  @Test(.enabled(if: Fixture.has("tiny/pv3d_tiny.ckpt")))
  func theOfficialFileCutAnywhereIsRefused() throws {
    let whole = try official()
    for part in 0..<40 { #expect(refuses(whole.prefix(whole.count * part / 40))) }
    #expect(refuses(whole.prefix(whole.count - 1)))
  }

  @Test(.enabled(if: Fixture.has("tiny/pv3d_tiny.ckpt")))
  func aFlippedByteAnywhereIsRefusedOrHarmless() throws {
    let whole = try official()
    let wanted = try TorchCheckpoint(data: whole, path: "x")
    var random = RandomSource(seed: 7)
    var refused = 0
    for round in 0..<300 {
      var data = Data(whole)
      // One in three falls on the pickle, one on the directory at the end, one anywhere.
      let range =
        [0..<whole.count, 0..<196_300, whole.count - 102_300..<whole.count][round % 3]
      for _ in 0..<(1 + round % 4) {
        let place = range.lowerBound + Int(random.next() % UInt64(range.count))
        data[place] ^= UInt8(1 + random.next() % 255)
      }
      do {
        let read = try TorchCheckpoint(data: data, path: "x")
        // The sums of the parts that were read are right, so the tensors are.
        for name in read.names.prefix(40) {
          #expect(try read.tensor(name).floats() == wanted.tensor(name).floats())
        }
      } catch is CheckpointError { refused += 1 }
    }
    #expect(refused > 150)
  }

  /// Damage that the checksum does not show, because it is made anew.
  @Test(.enabled(if: Fixture.has("tiny/pv3d_tiny.ckpt")))
  func aFlippedByteOfTheOfficialPickleNeverReachesOutside() throws {
    let whole = try official()
    let start = try #require(whole.range(of: Data([0x80, 2, 0x7D]))).lowerBound
    let directory = whole.count - 22 - 102_209
    #expect(Array(whole[directory..<directory + 4]) == [0x50, 0x4B, 1, 2])
    #expect(Array(whole[directory + 46..<directory + 62]) == Array("archive/data.pkl".utf8))
    var random = RandomSource(seed: 19)
    var refused = 0
    for round in 0..<300 {
      var data = Data(whole)
      for _ in 0..<(1 + round % 4) {
        // Every other one falls on the model, before the optimizer.
        let place = start + Int(random.next() % (round % 2 == 0 ? 100_000 : 196_147))
        data[place] = UInt8(random.next() % 256)
      }
      let sum = data[start..<start + 196_147].withUnsafeBytes { ZipArchive.checksum($0) }
      withUnsafeBytes(of: sum.littleEndian) {
        data.replaceSubrange(directory + 16..<directory + 20, with: $0)
      }
      do {
        let read = try TorchCheckpoint(data: data, path: "x")
        for (name, tensor) in try read.tensors() {
          #expect(try tensor.shape == read.shape(name))
        }
      } catch let error as CheckpointError {
        #expect(!error.reason.contains("checksum"))
        refused += 1
      }
    }
    #expect((30..<300).contains(refused), "\(refused)")
  }

  @Test func aFlippedBitInAStorageIsFound() throws {
    var data = good
    let place = try #require(data.range(of: Data("archive/data/0".utf8))).upperBound
    data[place] ^= 1
    let checkpoint = try TorchCheckpoint(data: data, path: "x")
    #expect(
      throws: CheckpointError(
        path: "x", reason: "the entry 'archive/data/0' is damaged: its checksum differs")
    ) { try checkpoint.tensor("x") }
  }

  /// The pickle alone under every change of one byte: its checksum, which guards it, is made anew.
  @Test func everyPickleOfOneByteChangedIsReadOrRefused() throws {
    let pickle = pickle
    var refused = 0
    for place in pickle.bytes.indices {
      for value in stride(from: 0, to: 256, by: 5) {
        var bytes = pickle.bytes
        bytes[place] = UInt8(value)
        let entries = [
          TorchFile.Entry("a/data.pkl", bytes), TorchFile.Entry("a/data/0", Data(count: 8)),
        ]
        if refuses(TorchFile.archive(entries)) { refused += 1 }
      }
    }
    #expect(refused > pickle.bytes.count * 20)
  }
}
