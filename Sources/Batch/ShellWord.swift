/// A text as one word of a POSIX shell.
public struct ShellWord: CustomStringConvertible {
  public let description: String

  public init(_ text: String) {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./=,:+@%".utf8
          .contains(byte)
      }
    description = isPlain ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
  }
}
