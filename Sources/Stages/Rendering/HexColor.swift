/// A color as `#00b140`: red, green and blue in two hexadecimal digits each.
struct HexColor {
  /// In 0...255.
  let channels: [UInt8]

  init?(_ text: String) {
    guard text.count == 7, text.first == "#",
      text.dropFirst().allSatisfy({ $0.isASCII && $0.isHexDigit }),
      let number = UInt32(text.dropFirst(), radix: 16)
    else { return nil }
    channels = [16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
