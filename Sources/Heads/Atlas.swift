/// Where the pictures of a head lie in one run of texels.
struct Atlas: Sendable {
  /// One picture: the place of its first texel and its size.
  struct Picture: Sendable {
    let offset: Int
    let width: Int
    let height: Int

    var end: Int { offset + width * height }
  }

  let skin: Picture
  let eye: Picture
  let mouth: Picture
  let clothes: Picture
  let hair: Picture

  /// The layout in which the skin is a square of `size` texels and the others are smaller in step.
  init(size: Int) {
    let half = size / 2
    skin = Picture(offset: 0, width: size, height: size)
    eye = Picture(offset: skin.end, width: half, height: half / 2)
    mouth = Picture(offset: eye.end, width: half, height: half)
    clothes = Picture(offset: mouth.end, width: half, height: half)
    hair = Picture(offset: clothes.end, width: half, height: half)
  }

  var count: Int { hair.end }

  /// The pictures by the numbers of the materials: skin, hair, eye, upper and lower teeth, clothes.
  var materials: [Picture] { [skin, hair, eye, mouth, mouth, clothes] }
}
