let engine = try Glimpse()
let knobs = BoxKnobs(pixelThreshold: 0.302, boxThreshold: 0.5, unclip: 1.6, minSide: 3)
for box in try engine.textMap(picture).boxes(knobs) {
    print(try engine.traceLine(picture, box.quad).text)
}
