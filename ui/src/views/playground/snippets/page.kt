val engine = Glimpse.open(context)
val knobs = BoxKnobs(pixelThreshold = 0.302f, boxThreshold = 0.5f, unclip = 1.6f, minSide = 3f)
for (box in engine.textMap(picture).boxes(knobs)) {
    println(engine.traceLine(picture, box.quad).text)
}
