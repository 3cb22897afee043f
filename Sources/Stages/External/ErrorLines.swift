/// What a program writes to its standard error, line by line: the first lines are told, the last kept.
struct ErrorLines {
  private static let told = 20
  private static let kept = 3
  private static let longest = 300

  private let tell: (String) -> Void
  private var rest: [UInt8] = []
  private var count = 0
  private var last: [String] = []

  init(_ tell: @escaping (String) -> Void) { self.tell = tell }

  /// The last lines as the end of a sentence; nothing where there are none.
  var ending: String { last.isEmpty ? "" : "; it said: " + last.joined(separator: " | ") }

  mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      // A carriage return begins a line anew, as meters of progress do.
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        endLine()
      } else if rest.count < Self.longest {
        rest.append(byte)
      }
    }
  }

  /// Takes what was written last as a line.
  mutating func endLine() {
    let text = String(decoding: rest, as: UTF8.self)
    rest = []
    // A terminal is not a program's to control.
    let line = String(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })
    guard line.contains(where: { !$0.isWhitespace }) else { return }
    count += 1
    last = last.suffix(Self.kept - 1) + [line]
    if count <= Self.told { tell(line) }
    if count == Self.told + 1 { tell("what it says from here on is left out") }
  }
}
