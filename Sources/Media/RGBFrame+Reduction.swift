extension RGBFrame {
  /// The frame with its longer side at most `side` pixels long.
  package func reduced(to side: Int) -> RGBFrame {
    let longer = max(width, height)
    guard longer > side else { return reduced(width: width, height: height) }
    return reduced(width: max(1, width * side / longer), height: max(1, height * side / longer))
  }

  /// The frame made smaller: every pixel is the mean of those that it covers.
  /// - Parameters:
  ///   - columns: pixels of a row, from 1 to `width`
  ///   - rows: from 1 to `height`
  package func reduced(width columns: Int, height rows: Int) -> RGBFrame {
    var result: [UInt8] = []
    result.reserveCapacity(3 * columns * rows)
    for row in 0..<rows {
      let y = row * height / rows..<(row + 1) * height / rows
      for column in 0..<columns {
        let x = column * width / columns..<(column + 1) * width / columns
        var sums = SIMD3<Int>()
        for line in y {
          for place in x {
            let start = 3 * (line * width + place)
            sums &+= SIMD3(Int(pixels[start]), Int(pixels[start + 1]), Int(pixels[start + 2]))
          }
        }
        let count = y.count * x.count
        for channel in 0..<3 { result.append(UInt8((sums[channel] + count / 2) / count)) }
      }
    }
    return RGBFrame(
      width: columns, height: rows, pixels: result, time: time, duration: duration, index: index)
  }
}
