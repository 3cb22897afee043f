/// A fixed run of plain values on the heap that inner loops read without bounds checks.
///
/// Written only while it is built; after that it is shared between threads unchanged.
final class Block<Element: BitwiseCopyable>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int, repeating value: Element) {
    pointer = .allocate(capacity: max(count, 1))
    pointer.initialize(repeating: value, count: count)
    self.count = count
  }

  convenience init(_ values: [Element], default value: Element) {
    self.init(count: values.count, repeating: value)
    for (place, value) in values.enumerated() { pointer[place] = value }
  }

  deinit { pointer.deallocate() }
}
