/// What is wrong with what a stage was given.
struct StageInputError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
