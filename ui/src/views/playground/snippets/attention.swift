let engine = try Glimpse()
for token in try engine.describe(picture, attention: true).tokens {
    print(token.text, token.attention.max() ?? 0)
}
