import Media
public import Pipeline

extension Hashing {
  /// SHA-256, as 64 hexadecimal digits.
  public static let sha256 = Hashing(
    data: { SHA256.digits(of: $0) }, files: { try SHA256.digits(ofFiles: $0) })
}
