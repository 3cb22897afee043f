/// Letters of 5×7 pixels for captions: capitals, digits and the signs of ASCII below `_`.
enum BitmapFont {
  static let width = 5
  static let height = 7

  /// Whether the pixels of a letter are set; small letters look like capitals, unknown ones like `?`.
  /// - Returns: for each of the 5 columns 7 bits, the lowest on top
  static func columns(_ letter: Character) -> [UInt8] {
    let upper = letter.uppercased().unicodeScalars.first?.value ?? 63
    let place = Int((32...95).contains(upper) ? upper : 63) - 32
    return (0..<width).map { UInt8(truncatingIfNeeded: glyphs[place] >> (8 * (width - 1 - $0))) }
  }

  /// One number for a glyph: its columns from the left, a byte each.
  private static let glyphs: [UInt64] = [
    0x00_0000_0000, 0x00_005F_0000, 0x00_0700_0700, 0x14_7F14_7F14, 0x24_2A7F_2A12,
    0x23_1308_6462, 0x36_4955_2250, 0x00_0503_0000, 0x00_1C22_4100, 0x00_4122_1C00,
    0x08_2A1C_2A08, 0x08_083E_0808, 0x00_5030_0000, 0x08_0808_0808, 0x00_6060_0000,
    0x20_1008_0402, 0x3E_5149_453E, 0x00_427F_4000, 0x42_6151_4946, 0x21_4145_4B31,
    0x18_1412_7F10, 0x27_4545_4539, 0x3C_4A49_4930, 0x01_7109_0503, 0x36_4949_4936,
    0x06_4949_291E, 0x00_3636_0000, 0x00_5636_0000, 0x00_0814_2241, 0x14_1414_1414,
    0x41_2214_0800, 0x02_0151_0906, 0x32_4979_413E, 0x7E_1111_117E, 0x7F_4949_4936,
    0x3E_4141_4122, 0x7F_4141_221C, 0x7F_4949_4941, 0x7F_0909_0101, 0x3E_4141_5132,
    0x7F_0808_087F, 0x00_417F_4100, 0x20_4041_3F01, 0x7F_0814_2241, 0x7F_4040_4040,
    0x7F_0204_027F, 0x7F_0408_107F, 0x3E_4141_413E, 0x7F_0909_0906, 0x3E_4151_215E,
    0x7F_0919_2946, 0x46_4949_4931, 0x01_017F_0101, 0x3F_4040_403F, 0x1F_2040_201F,
    0x7F_2018_207F, 0x63_1408_1463, 0x03_0478_0403, 0x61_5149_4543, 0x00_007F_4141,
    0x02_0408_1020, 0x41_417F_0000, 0x04_0201_0204, 0x40_4040_4040,
  ]
}
