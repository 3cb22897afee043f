import Batch
import Foundation
import Testing

@Suite struct ShellWordTests {
  @Test(arguments: [
    "plain/a-b_1.mp4", "two words", "it's", "$HOME `x` \"q\" \\", "", "日本", "*?[a]",
  ])
  func theShellReadsItBack(_ text: String) throws {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", "printf %s \(ShellWord(text))"]
    let output = Pipe()
    shell.standardOutput = output
    try shell.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    shell.waitUntilExit()
    #expect(String(decoding: data, as: UTF8.self) == text)
  }

  @Test func plainWordsStayPlain() {
    #expect(ShellWord("/a/b-c_1.mp4").description == "/a/b-c_1.mp4")
    #expect(ShellWord("a b").description == "'a b'")
  }
}
