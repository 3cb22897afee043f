import Foundation
import Media
import TestSupport
import Testing

@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]) func theVectorsOfTheStandardAreMet(_ text: String, _ digits: String) {
    #expect(SHA256.digits(of: Data(text.utf8)) == digits)
  }

  @Test(arguments: [0, 1, 1 << 20, (5 << 19) + 3]) func filesAreReadInPieces(_ count: Int) throws {
    let shop = try Workshop("hash")
    let path = shop.path("sums é")
    let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) })
    try data.write(to: URL(fileURLWithPath: path))
    let digits = try SHA256.digits(ofFiles: [path])
    #expect(try digits == shop.digest(path))
    #expect(digits == SHA256.digits(of: data))
    #expect(try SHA256.digits(ofFiles: [path, path]) == SHA256.digits(of: data + data))
  }

  @Test func whatIsNotThereIsToldInOneSentence() throws {
    let error = #expect(throws: MediaError.self) { try SHA256.digits(ofFiles: ["no/such"]) }
    #expect(error?.description == "no/such: cannot be read (no such file or directory)")
  }
}
