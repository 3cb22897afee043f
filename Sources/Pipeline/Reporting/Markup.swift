import Foundation

/// Texts, addresses and pictures as they stand in HTML and XML.
package enum Markup {
  /// The text as it stands between tags and within quotes, without what XML cannot hold.
  package static func escaped(_ text: String) -> String {
    String(text.unicodeScalars.filter(isHeld))
      .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }

  /// - Source: Extensible Markup Language 1.0, section 2.2
  private static func isHeld(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  /// A relative path as an address: nothing in it is taken for a scheme, a query or a fragment.
  package static func address(_ path: String) -> String {
    let allowed = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
    return path.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }

  package static func link(_ path: String, _ text: String) -> String {
    "<a href=\"\(address(path))\">\(escaped(text))</a>"
  }

  /// A picture that is part of the page.
  /// - Parameters:
  ///   - kind: `png` or `jpeg`
  ///   - attributes: more of them, already escaped
  package static func image(
    _ data: Data, _ kind: String, _ alternative: String, _ attributes: String = ""
  ) -> String {
    let more = attributes.isEmpty ? "" : " \(attributes)"
    return "<img alt=\"\(escaped(alternative))\"\(more) "
      + "src=\"data:image/\(kind);base64,\(data.base64EncodedString())\">"
  }

  /// A duration as a person reads it: `0.5 s`, `12.3 s`, `3 min 20 s`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds >= 59.95 else {
      return String(format: seconds < 0.995 ? "%.2f s" : "%.1f s", seconds)
    }
    let whole = Int(min(seconds.rounded(), 1e12))
    return whole < 3600
      ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
