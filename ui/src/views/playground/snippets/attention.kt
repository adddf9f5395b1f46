val engine = Glimpse.open(context)
for (token in engine.describe(picture, attention = true).tokens) {
    println("${token.text} ${token.attention.max()}")
}
